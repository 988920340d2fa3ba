using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Reports;

/// <summary>Reports as a client would write them, and what a client can work out about them by itself.</summary>
internal static class ReportBodies
{
    public const string Press = "urn:example:press";

    /// <summary>Path, word and stored event type of each kind of report.</summary>
    public static readonly IReadOnlyList<(string Path, string Kind, string EventType)> Kinds =
    [
        ("announcements", "announcement", "announcement_reported"), ("contracts", "contract", "contract_reported"),
        ("deliveries", "delivery", "delivery_reported"), ("milestones", "milestone", "milestone_reported"),
        ("observations", "observation", "observation_reported"), ("losses", "loss", "loss_reported"),
        ("retractions", "retraction", "report_retracted"), ("delistings", "delisting", "report_delisted"),
    ];

    public static TheoryData<string> Paths => [.. Kinds.Select(x => x.Path)];

    public static string KindOf(string path) => Kinds.Single(x => x.Path == path).Kind;

    public static bool IsWithdrawal(string path) => path is "retractions" or "delistings";

    /// <summary>The shortest report of a kind that is accepted. Withdrawals name <paramref name="target"/>.</summary>
    public static JsonObject Least(string path, string? target = null)
    {
        var body = new JsonObject { ["source"] = new JsonObject { ["publisher"] = "A paper" } };
        switch (path)
        {
            case "retractions":
                body["report"] = target;
                return body;
            case "delistings":
                body["report"] = target;
                body["edition"] = "2026";
                return body;
            case "losses":
                body["total"] = true;
                break;
            case "milestones":
                body["milestone"] = "unitsCompleted";
                break;
        }

        body["recipient"] = "KGZ";
        body["platform"] = "orlan-10";
        return body;
    }

    /// <summary>A report of a kind with every member that it can have, but <c>supersedes</c> and <c>successor</c>.</summary>
    public static JsonObject Full(string path, string id, string? target = null)
    {
        var body = Parse($$"""
            {"id":"{{id}}","feed":"{{Press}}","source":{"publisher":"Кыргыз туусу","url":"https://example.org/a?b=c#d","title":"Three \"birds\" came",
             "published":"2022-10-27","language":"ky-Cyrl","speaker":"A deputy minister"},"origin":"tashiev-2022","reference":"R-2022/117",
             "grade":"B2","note":"Said twice.\nThe second time louder: ≥ 3 \\ 4."}
            """);
        if (IsWithdrawal(path))
        {
            body["report"] = target;
            body[path == "retractions" ? "reason" : "edition"] = path == "retractions" ? "It was another aircraft." : "SIPRI 2026-03";
            return body;
        }

        Put(body, """
            {"recipient":"KGZ","supplier":"TUR","platform":"Bayraktar TB2","deal":"tur.tb2:2021","lot":"l1","occurred":"2021-10~/2022","role":"loan",
             "quantity":{"qualifier":"range","low":2,"best":3,"high":5,"unit":"system","text":"a few «systems»"}}
            """);
        Put(body, path switch
        {
            "announcements" => """{"stage":"negotiation"}""",
            "contracts" => """{"due":"2023-21","value":{"amount":"12500000.50","currency":"USD"},"licensedProduction":true,"condition":"modernised","cancelled":false}""",
            "deliveries" => """{"condition":"secondHand"}""",
            "milestones" => """{"milestone":"unitsCompleted","rate":{"n":12,"per":"year"},"site":"Bishkek"}""",
            "observations" => """{"setting":"parade"}""",
            _ => """{"cause":"crashed","to":"x-unknown","total":false}""",
        });
        return body;
    }

    /// <summary>A delivery under an identity, for tests in which only the identity or the holding matters.</summary>
    public static JsonObject Delivery(string id, string recipient = "KGZ", string platform = "orlan-10", long n = 3) => Parse(string.Create(CultureInfo.InvariantCulture,
        $$$"""{"id":"{{{id}}}","recipient":"{{{recipient}}}","platform":"{{{platform}}}","quantity":{"n":{{{n}}}},"source":{"publisher":"A paper","published":"2022-10-27"}}"""));

    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    /// <summary>Puts members into a body; null takes one out (RFC 7396).</summary>
    public static JsonObject Put(JsonObject body, string patch)
    {
        foreach (var (name, value) in Parse(patch))
        {
            if (value is null)
            {
                body.Remove(name);
            }
            else if (value is JsonObject inner && body[name] is JsonObject there)
            {
                Put(there, inner.ToJsonString());
            }
            else
            {
                body[name] = value.DeepClone();
            }
        }

        return body;
    }

    /// <summary>Posts a delivery that a withdrawal or correction can name.</summary>
    public static async Task<string> TargetAsync(Service service, string id, string feed = Press)
    {
        await service.ReportAsync("deliveries", Put(Delivery(id), $$"""{"feed":"{{feed}}"}""").ToJsonString());
        return id;
    }

    /// <summary>UUID v5 (RFC 9562, 5.5), worked out by hand: SHA-1 of the namespace of URLs and the name.</summary>
    public static Guid EventId(string feed, string id)
    {
        byte[] space = [0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];
#pragma warning disable CA5350 // That is how a UUID v5 is defined; nothing is kept secret with it.
        var hash = SHA1.HashData([.. space, .. Encoding.UTF8.GetBytes($"{feed}\n{id}")]);
#pragma warning restore CA5350
        BinaryPrimitives.WriteUInt16BigEndian(hash.AsSpan(6), (ushort)((BinaryPrimitives.ReadUInt16BigEndian(hash.AsSpan(6)) & 0x0FFF) | 0x5000));
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }

    public static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether two answers say the same, whatever the order of their members.</summary>
    public static void Same(JsonElement expected, JsonElement actual) =>
        Assert.True(JsonElement.DeepEquals(expected, actual), $"expected {expected}\nbut was  {actual}");
}
