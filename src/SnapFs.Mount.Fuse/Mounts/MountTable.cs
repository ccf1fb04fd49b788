using System.Globalization;

namespace SnapFs.Mount.Fuse.Mounts;

/// <summary>The mounts of this process's namespace, from <c>/proc/self/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
internal static class MountTable
{
    /// <summary>Finds the mount that lies on top at a path; null if nothing is mounted exactly there.</summary>
    internal static MountLine? Find(string path) => Parse(File.ReadAllText("/proc/self/mountinfo"), path);

    internal static MountLine? Parse(string table, string path)
    {
        MountLine? found = null;
        foreach (string line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split(' ');
            int dash = Array.IndexOf(fields, "-");
            if (fields.Length > 4 && dash > 5 && fields.Length > dash + 2 && Unescape(fields[4]) == path)
            {
                found = new MountLine(fields[2], fields[dash + 1], Unescape(fields[dash + 2])); // the last one covers those before
            }
        }

        return found;
    }

    /// <summary>Space, tab, newline, backslash and number sign are written as three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        System.Text.StringBuilder text = new();
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && field.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                text.Append((char)Convert.ToInt32(field.Substring(i + 1, 3), 8));
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }

        return text.ToString();
    }
}

/// <summary>One mount.</summary>
/// <param name="Device">Its device as <c>major:minor</c>.</param>
/// <param name="Type">Its file system type.</param>
/// <param name="Source">What is mounted, for people: anybody may have chosen it.</param>
internal sealed record MountLine(string Device, string Type, string Source)
{
    /// <summary>The minor device number, which names a FUSE connection.</summary>
    internal int Minor => int.Parse(Device.AsSpan(Device.IndexOf(':') + 1), CultureInfo.InvariantCulture);
}
