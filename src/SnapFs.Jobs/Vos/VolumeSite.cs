namespace SnapFs.Jobs.Vos;

/// <summary>Where a volume lies.</summary>
/// <param name="Server">The file server.</param>
/// <param name="Partition">Such as <c>/vicepa</c> or <c>a</c>.</param>
public sealed record VolumeSite(string Server, string Partition)
{
    /// <summary>Reads what <c>vos examine -format</c> prints.</summary>
    /// <exception cref="JobException">It does not say.</exception>
    public static VolumeSite Parse(string examined)
    {
        string? server = null;
        string? partition = null;
        foreach (string line in examined.Split('\n'))
        {
            string[] words = line.Split('\t', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words is ["serv", { } address, ..])
            {
                server ??= address;
            }
            else if (words is ["part", { } name, ..])
            {
                partition ??= name;
            }
        }

        return server is not null && partition is not null
            ? new VolumeSite(server, partition)
            : throw new JobException(
                ErrorKind.NotFound, "'vos examine' does not say where the volume is; name --server and --partition");
    }
}
