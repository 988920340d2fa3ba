using System.Text.RegularExpressions;
using FluentValidation;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Facts;

/// <summary>Rules of single members, each with the code and message of its problem. An absent member breaks no rule but
/// <see cref="Required{T,TMember}"/>.</summary>
public static partial class MemberRules
{
    /// <summary>The member must be present.</summary>
    public static IRuleBuilderOptions<T, TMember> Required<T, TMember>(this IRuleBuilder<T, TMember> rule) =>
        rule.NotNull().WithErrorCode("required").WithMessage("This member is required.");

    /// <summary>A word of a vocabulary.</summary>
    public static IRuleBuilderOptions<T, string?> OneOf<T>(this IRuleBuilder<T, string?> rule, IReadOnlyList<string> words) =>
        rule.Must(x => x is null || words.Contains(x, StringComparer.Ordinal)).WithErrorCode("vocabulary")
            .WithMessage($"Not a word of this vocabulary. One of: {string.Join(", ", words)}.");

    /// <summary>A code that <see cref="Country.IsCode"/> accepts.</summary>
    public static IRuleBuilderOptions<T, string?> CountryCode<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(x => x is null || Country.IsCode(x)).WithErrorCode("country")
            .WithMessage((_, x) => $"Not the code of a country. {Country.Advice(x!)}");

    /// <summary>A platform's name, of which a slug can be made.</summary>
    public static IRuleBuilderOptions<T, string?> PlatformName<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(x => x is null || (WhyNotText(x, Limits.NameCharacters, false) is null && Slug.OfPlatform(x) is not null))
            .WithErrorCode("platform").WithMessage($"A platform's name is 1–{Limits.NameCharacters} printable characters, "
                + "with at least one letter or digit, since its slug is made of these; "
                + $"the slug has at most {Slug.PlatformBytes} bytes in UTF-8.");

    /// <summary>The slug of a deal or lot.</summary>
    public static IRuleBuilderOptions<T, string?> Label<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(x => x is null || Slug.IsLabel(x)).WithErrorCode("slug")
            .WithMessage("Not a slug: 1–120 of a–z, 0–9, '.', '_', ':' and '-', beginning with a letter or digit.");

    /// <summary>The URI of a feed.</summary>
    public static IRuleBuilderOptions<T, string?> Feed<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(x => x is null || WhyNotFeed(x) is null).WithErrorCode("uri").WithMessage((_, x) => WhyNotFeed(x!));

    /// <summary>An absolute http or https URL.</summary>
    public static IRuleBuilderOptions<T, string?> Url<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(x => x is null || WhyNotUrl(x) is null).WithErrorCode("url").WithMessage((_, x) => WhyNotUrl(x!));

    /// <summary>A full ISO 8601 date, or a month or a year where no more is known; not before 1900, and not after the last day of
    /// <see cref="PublishedDays"/>, which the caller of the rules puts into the context.</summary>
    public static IRuleBuilderOptionsConditions<T, string?> PublishedDate<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Custom((text, context) =>
        {
            if (text is not null && PublishedDays.WhyNot(text, PublishedDays.LastOf(context.RootContextData)) is var (code, why))
            {
                context.AddFailure(new FluentValidation.Results.ValidationFailure(context.PropertyPath, why) { ErrorCode = code });
            }
        });

    /// <summary>A language tag (<see cref="LanguageTag"/>).</summary>
    public static IRuleBuilderOptions<T, string?> Language<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(x => x is null || LanguageTag.WhyNot(x) is null).WithErrorCode("language")
            .WithMessage((_, x) => LanguageTag.WhyNot(x!));

    /// <summary>The code of a currency (<see cref="Vocabulary.Currency"/>).</summary>
    public static IRuleBuilderOptions<T, string?> Currency<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(x => x is null || Vocabulary.Currency.WhyNot(x) is null).WithErrorCode("currency")
            .WithMessage((_, x) => Vocabulary.Currency.WhyNot(x!));

    /// <summary>A decimal string, up to 18 digits before the point and 6 after it.</summary>
    public static IRuleBuilderOptions<T, string?> Amount<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(x => x is null || DecimalAmount().IsMatch(x)).WithErrorCode("amount")
            .WithMessage("Not an amount: a decimal string such as \"12500000\" or \"99.50\", "
                + "up to 18 digits before the point and 6 after it.");

    /// <summary>A number of units, 0–1,000,000.</summary>
    public static IRuleBuilderOptions<T, long?> Count<T>(this IRuleBuilder<T, long?> rule) =>
        rule.Must(x => x is null or (>= 0 and <= Vocabulary.Quantity.Limit)).WithErrorCode("range")
            .WithMessage("A number of units is between 0 and 1,000,000.");

    /// <summary>A date of the supported EDTF (<see cref="Edtf"/>).</summary>
    public static IRuleBuilderOptionsConditions<T, string?> EdtfDate<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Custom((text, context) =>
        {
            if (text is not null && !Edtf.TryParse(text, out _, out var fault))
            {
                context.AddFailure(
                    new FluentValidation.Results.ValidationFailure(context.PropertyPath, fault.Words) { ErrorCode = "edtf" });
            }
        });

    /// <summary>Text that can be shown and stored: 1 to <paramref name="most"/> characters, none of them a control character.</summary>
    public static IRuleBuilderOptionsConditions<T, string?> Text<T>(
        this IRuleBuilder<T, string?> rule, int most, string code = "text", bool multiline = false) =>
        rule.Custom((text, context) =>
        {
            if (WhyNotText(text, most, multiline) is { } why)
            {
                context.AddFailure(new FluentValidation.Results.ValidationFailure(context.PropertyPath, why) { ErrorCode = code });
            }
        });

    /// <summary>A sentence about why a text is not the absolute URI of a feed (RFC 3986); null where it is.</summary>
    public static string? WhyNotFeed(string text) =>
        (text.Length > Limits.FeedCharacters ? $"Too long: at most {Limits.FeedCharacters:N0} characters, here {text.Length:N0}."
            : UriRules.WhyNot(text)) is { } why ? $"A feed is an absolute URI, such as urn:example:press. {why}" : null;

    private static string? WhyNotUrl(string text) =>
        (text.Length > Limits.LineCharacters ? $"Too long: at most {Limits.LineCharacters:N0} characters, here {text.Length:N0}."
            : UriRules.WhyNot(text) ?? (UriRules.IsHttp(text) ? null : "Its scheme is another.")) is { } why
            ? $"An address is an absolute http or https URL. {why}" : null;

    /// <summary>A sentence about why a text is not valid; null where it is valid or absent.</summary>
    public static string? WhyNotText(string? text, int most, bool multiline) => text switch
    {
        null => null,
        { Length: 0 } when !multiline => "Empty: leave the member out, or fill it.",
        { Length: var length } when length > most => $"Too long: at most {most:N0} characters, here {length:N0}.",
        _ when !IsPrintable(text, multiline) => multiline
            ? "Control characters other than tab and line feed are not text."
            : "Only printable characters, on one line.",
        _ => null,
    };

    private static bool IsPrintable(string text, bool multiline)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c) && !(multiline && c is '\n' or '\r' or '\t'))
            {
                return false;
            }

            if (c is '\u2028' or '\u2029' && !multiline)
            {
                return false;
            }

            // Half of a surrogate pair is no character: it has no UTF-8 form, and so no canonical hash.
            var code = (int)c;
            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                {
                    return false;
                }

                code = char.ConvertToUtf32(c, text[++i]);
            }

            // Unicode's noncharacters are not valid in I-JSON (RFC 7493, 2.1), which is what is stored.
            if ((code & 0xFFFE) == 0xFFFE || code is >= 0xFDD0 and <= 0xFDEF)
            {
                return false;
            }
        }

        return true;
    }


    [GeneratedRegex(@"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,6})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DecimalAmount();
}
