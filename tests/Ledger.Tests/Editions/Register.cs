namespace Ledger.Tests.Editions;

/// <summary>Trade registers in SIPRI's form, of our own making.</summary>
internal static class Register
{
    public const string Header = "Recipient,Supplier,Year of order, ,Number ordered, ,Weapon designation,Weapon description,Number delivered, ,Year(s) of delivery,status,Comments,"
        + "SIPRI TIV per unit,SIPRI TIV for total order,SIPRI TIV of delivered weapons";

    /// <summary>A row; the last flag of each pair says that the number before it is uncertain.</summary>
    public static string Row(string recipient = "Kyrgyzstan", string supplier = "Turkiye", string year = "2021", string yearFlag = "", string ordered = "6", string orderedFlag = "?",
        string designation = "Bayraktar TB2", string description = "armed drone", string delivered = "4", string deliveredFlag = "", string years = "2021; 2022",
        string status = "New", string comments = "A remark") =>
        $"{recipient},{supplier},{year},{yearFlag},{ordered},{orderedFlag},{designation},{description},{delivered},{deliveredFlag},{years},{status},{comments},1,6,4";

    public static string Of(params string[] rows) => string.Join('\n', [Header, .. rows, ""]);

    /// <summary>With the preamble of an export.</summary>
    public static string Exported(string generated, params string[] rows) =>
        $"Transfers of major conventional arms from All countries  to All countries . \n\nSource: an example.\nData generated: {generated} 2:29:20 PM\n{Of(rows)}";
}
