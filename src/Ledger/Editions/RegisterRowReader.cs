namespace Ledger.Editions;

/// <summary>Makes rows of the cells of records that have the columns of their form, and says what can be read of those that have
/// not.</summary>
internal static class RegisterRowReader
{
    /// <summary>Makes a row.</summary>
    /// <returns>The column at fault and a sentence about it; null where there is none.</returns>
    public delegate (string Column, string Why)? Of<TRow>(int line, string[] cells, out TRow? row);

    /// <summary>A row of the 16-column form.</summary>
    public static (string Column, string Why)? OrderOf(int line, string[] cells, out RegisterRow? row)
    {
        row = null;
        var columns = RegisterHeader.OfOrders;
        if (EmptyOf(columns, cells, [0, 1, 6]) is { } empty)
        {
            return empty;
        }

        foreach (var flag in (ReadOnlySpan<int>)[3, 5, 9])
        {
            if (cells[flag] is not ("" or "?"))
            {
                return ($"flag of {columns[flag - 1]}", $"'{RegisterCells.Shown(cells[flag])}' is neither empty nor a question mark.");
            }
        }

        if (!RegisterCells.TryYear(cells[2], out var ordersYear))
        {
            return (columns[2], RegisterCells.NoYear(cells[2]));
        }

        if (RegisterCells.DamageOfName(cells[6]) is { } damage)
        {
            return (columns[6], damage);
        }

        long? ordered = null;
        if (cells[4].Length > 0)
        {
            if (!RegisterCells.TryUnits(cells[4], out var units))
            {
                return (columns[4], RegisterCells.NoUnits(cells[4]));
            }

            ordered = units;
        }

        var delivered = 0L;
        if (cells[8].Length > 0 && !RegisterCells.TryUnits(cells[8], out delivered))
        {
            return (columns[8], RegisterCells.NoUnits(cells[8]));
        }

        string? first = null, last = null;
        foreach (var cell in cells[10].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!RegisterCells.TryYear(cell, out var year))
            {
                return (columns[10], RegisterCells.NoYears(cells[10]));
            }

            first = first is null || string.CompareOrdinal(year, first) < 0 ? year : first;
            last = last is null || string.CompareOrdinal(year, last) > 0 ? year : last;
        }

        if (first is not null != delivered > 0)
        {
            return (columns[10], delivered > 0 ? "Units were delivered, but in no year." : "Years of delivery, but nothing was delivered.");
        }

        row = new RegisterRow(line, cells[0], cells[1], cells[6], cells[7], ordersYear, cells[3] == "?", ordered, cells[5] == "?",
            delivered, cells[9] == "?", first, last, cells[11], cells[12]);
        return null;
    }

    /// <summary>A row of the 17-column form.</summary>
    public static (string Column, string Why)? YearOf(int line, string[] cells, out YearRow? row)
    {
        row = null;
        var columns = RegisterHeader.OfYears;
        if (EmptyOf(columns, cells, [0, 1, 2, 3]) is { } empty)
        {
            return empty;
        }

        if (!RegisterCells.TryNumber(cells[0], out var number))
        {
            return (columns[0], RegisterCells.NoNumber(cells[0]));
        }

        if (RegisterCells.DamageOfName(cells[3]) is { } damage)
        {
            return (columns[3], damage);
        }

        Span<bool> flags = stackalloc bool[3];
        ReadOnlySpan<int> flagged = [7, 9, 11];
        for (var i = 0; i < flagged.Length; i++)
        {
            var cell = cells[flagged[i]];
            flags[i] = cell.Equals("Yes", StringComparison.OrdinalIgnoreCase);
            // SIPRI's own file has rows where it left the cell empty.
            if (!flags[i] && cell.Length > 0 && !cell.Equals("No", StringComparison.OrdinalIgnoreCase))
            {
                return (columns[flagged[i]], $"'{RegisterCells.Shown(cell)}' is neither Yes nor No.");
            }
        }

        if (!RegisterCells.TryYear(cells[6], out var ordersYear))
        {
            return (columns[6], RegisterCells.NoYear(cells[6]));
        }

        if (!RegisterCells.TryUnits(cells[8], out var delivered))
        {
            return (columns[8], cells[8].Length == 0 ? "Empty." : RegisterCells.NoUnits(cells[8]));
        }

        if (!RegisterCells.TryYear(cells[10], out var year))
        {
            return (columns[10], cells[10].Length == 0 ? "Empty." : RegisterCells.NoYear(cells[10]));
        }

        row = new YearRow(line, number, cells[1], cells[2], cells[3], cells[4], cells[5], ordersYear, flags[0], delivered, flags[1],
            year, flags[2], cells[12], cells[16]);
        return null;
    }

    /// <summary>Whether a record that lacks its first cell has all others where they belong.</summary>
    public static bool HasItsPlaces(RegisterForm form, string[] cells)
    {
        string[] with = ["1", .. cells.Skip(1)];
        return form == RegisterForm.Orders ? OrderOf(0, with, out _) is null : YearOf(0, with, out _) is null;
    }

    /// <summary>Whether the last columns are empty, which SIPRI fills: padding may stand there behind a line break.</summary>
    public static bool LacksItsEnd(RegisterForm form, string[] cells) =>
        form == RegisterForm.Orders ? cells[13].Length == 0 && cells[14].Length == 0 && cells[15].Length == 0 : cells[16].Length == 0;

    /// <summary>Whether a line is no record by itself, and both together have no more cells than one.</summary>
    public static bool IsEndOf(RegisterForm form, string[] cells, string[] rest)
    {
        var isRecord = form == RegisterForm.Orders ? rest.Length > 2 && RegisterCells.TryYear(rest[2], out _)
            : RegisterCells.TryNumber(rest[0], out _) && rest.Length > 6 && RegisterCells.TryYear(rest[6], out _);
        // The cell that the line break cut counts twice.
        return !isRecord && LastOf(cells) + 1 + LastOf(rest) < RegisterHeader.ColumnsOf(form).Length + 1;

        static int LastOf(string[] cells) => Array.FindLastIndex(cells, x => x.Length > 0);
    }

    /// <summary>A broken record, with its first cells as far as they can be read with certainty: they are whole, and what follows them
    /// stands where it belongs, or, in a record that was cut before that, they are names that are known.</summary>
    public static BrokenRecord Broken(RegisterForm form, RegisterRecord record, int line, int last)
    {
        var (recipient, supplier, designation, year) = form == RegisterForm.Orders ? (0, 1, 6, 2) : (2, 1, 3, 6);
        var isOrdersYear = RegisterCells.TryYear(At(year), out var ordersYear)
            && (form == RegisterForm.Orders || RegisterCells.TryNumber(At(0), out _));
        var isExcess = record.Cells.Length > RegisterHeader.ColumnsOf(form).Length;
        return new BrokenRecord(line, last, record.Column, record.Fault!)
        {
            Recipient = NameAt(recipient),
            Supplier = NameAt(supplier),
            YearOfOrder = isOrdersYear ? ordersYear : null,
            Designation = isOrdersYear && At(designation) is { Length: > 0 } name && RegisterCells.DamageOfName(name) is null
                && (!isExcess || IsFollowed(form, record.Cells)) ? name : null,
        };

        string At(int cell) => cell < record.Certain && cell < record.Cells.Length ? record.Cells[cell] : "";

        string? NameAt(int cell) => At(cell) is { Length: > 0 } name && (isOrdersYear || (!isExcess && IsKnown(name))) ? name : null;
    }

    private static bool IsKnown(string name)
    {
        _ = RegisterNames.CodeOf(name, out var isResolved);
        return isResolved;
    }

    /// <summary>Whether in a record of too many cells those behind the designation stand where they belong.</summary>
    private static bool IsFollowed(RegisterForm form, string[] cells) => form == RegisterForm.Years
        ? RegisterCells.TryUnits(cells[8], out _) && RegisterCells.TryYear(cells[10], out _)
        : cells[9] is "" or "?" && (cells[8].Length == 0 || RegisterCells.TryUnits(cells[8], out _))
            && cells[10].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .All(x => RegisterCells.TryYear(x, out _));

    private static (string Column, string Why)? EmptyOf(string[] columns, string[] cells, ReadOnlySpan<int> required)
    {
        foreach (var cell in required)
        {
            if (cells[cell].Length == 0)
            {
                return (columns[cell], "Empty.");
            }
        }

        return null;
    }
}
