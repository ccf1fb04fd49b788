using SnapFs.Testing.Processes;

namespace SnapFs.Cli.Tests.Commands;

/// <summary>A program that says and restores what a test wants, where <c>restic</c> is sought.</summary>
internal sealed class FakeRestic
{
    private const string DirectoryLine =
        """{"type":"dir","path":"/data","mode":2147484141,"mtime":"2026-01-01T00:00:00Z","struct_type":"node"}""";

    private readonly TestRepository _repository;
    private readonly List<string> _snapshots = [];

    public FakeRestic(TestRepository repository)
    {
        _repository = repository;
        repository.Cli.Variables["PATH"] = repository["bin"];
        Directory.CreateDirectory(repository["bin"]);
        Says("version", "restic 0.18.0 compiled with go");
        Lists(("a", 1), ("b", 2));
        Restores(("a", 1), ("b", 2));
        ProgramFile.Write(repository["bin/restic"], $$"""
            #!/bin/sh
            env > '{{repository["environment"]}}'
            case $1 in
                restore)
                    if [ -e '{{repository["says/failure"]}}' ]; then cat '{{repository["says/failure"]}}' >&2; exit 1; fi
                    cp -r '{{repository["content"]}}' "$5/data"
                    chmod 755 "$5/data"
                    chmod 644 "$5"/data/*
                    touch -d 2026-01-01T00:00:00Z "$5"/data/* "$5/data"
                    ;;
                *) cat '{{repository["says"]}}'/"$1" ;;
            esac
            """);
    }

    /// <summary>Lets it list a snapshot.</summary>
    public FakeRestic Has(char id, string time, string host)
    {
        _snapshots.Add($$"""{"id":"{{new string(id, 64)}}","time":"{{time}}","hostname":"{{host}}","paths":["/data"]}""");
        return Says("snapshots", $"[{string.Join(',', _snapshots)}]");
    }

    /// <summary>Lets a command write a text.</summary>
    public FakeRestic Says(string command, string text)
    {
        _repository.Write($"says/{command}", text + "\n");
        return this;
    }

    /// <summary>Lets it restore nothing and say why.</summary>
    public FakeRestic Fails(string why) => Says("failure", why);

    /// <summary>Lets it list files of that many bytes in each snapshot.</summary>
    public FakeRestic Lists(params (string Name, int Length)[] files) => Says(
        "ls",
        string.Join('\n', files.Select(file =>
            $$"""{"type":"file","path":"/data/{{file.Name}}","size":{{file.Length}},"mode":420,"struct_type":"node"}""")
            .Prepend(DirectoryLine)));

    /// <summary>Lets it restore them.</summary>
    public FakeRestic Restores(params (string Name, int Length)[] files)
    {
        _repository.Delete("content");
        foreach ((string name, int length) in files)
        {
            _repository.Write($"content/{name}", new string('x', length));
        }

        return this;
    }
}
