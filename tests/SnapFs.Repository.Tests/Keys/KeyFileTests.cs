using SnapFs.Chunks;
using SnapFs.Repository.Keys;
using SnapFs.Testing;
using Xunit;

namespace SnapFs.Repository.Tests.Keys;

public sealed class KeyFileTests : OpenRepositoryTest
{
    [Fact]
    public void A_key_file_with_any_letter_changed_is_refused()
    {
        using KeyFile key = new KeyManager(Storage, Repository).Export();
        string text = key.Format().Trim();
        for (int i = 0; i < text.Length; i++)
        {
            char other = text[i] == 'A' ? 'B' : 'A';
            string changed = string.Concat(text.AsSpan(0, i), [other], text.AsSpan(i + 1));
            SnapFsException e = Assert.ThrowsAny<SnapFsException>(() => KeyFile.Parse(changed));
            Assert.True(e is KeyFileException or NewerFormatException, e.ToString());
        }
    }

    [Fact]
    public void A_key_on_paper_is_typed_back_in_any_case_and_spacing()
    {
        using KeyFile key = new KeyManager(Storage, Repository).Export();
        string lines = Lines(key);

        using KeyFile typed = PaperKey.Parse(lines.ToLowerInvariant().Replace(" ", "", StringComparison.Ordinal));

        Assert.Equal(key.Format(), typed.Format());
    }

    [Fact]
    public void The_page_of_a_key_is_read_with_its_explanation()
    {
        using KeyFile key = new KeyManager(Storage, Repository).Export();

        using KeyFile read = PaperKey.Parse(PaperKey.Format(key).Replace("\n", "\r\n", StringComparison.Ordinal));

        Assert.Equal(key.Format(), read.Format());
    }

    [Fact]
    public void Lines_of_a_key_are_read_with_whatever_was_typed_around_them()
    {
        using KeyFile key = new KeyManager(Storage, Repository).Export();
        string page = PaperKey.Format(key);
        string[] numbered = [.. page.Split('\n').Where(line => line.Length > 2 && line[2] == ':')];

        using KeyFile read = PaperKey.Parse(string.Join('\n', (string[])["my key: keep it", .. numbered, "the end"]));
        using KeyFile slipped = PaperKey.Parse(string.Join(
            '\n', numbered.Select(line => line[..3] + line[3..].Replace('0', 'o').Replace('1', 'I'))));

        Assert.Equal(key.Format(), read.Format());
        Assert.Equal(key.Format(), slipped.Format());
    }

    [Fact]
    public void A_slip_in_a_key_on_paper_is_found_in_its_line()
    {
        using KeyFile key = new KeyManager(Storage, Repository).Export();
        string[] lines = Lines(key).Trim('\n').Split('\n');
        Assert.Equal(4, lines.Length);
        for (int line = 0; line < lines.Length; line++)
        {
            for (int i = 4; i < lines[line].Length; i++)
            {
                if (lines[line][i] == ' ')
                {
                    continue;
                }

                string[] slipped = [.. lines];
                char other = lines[line][i] == '7' ? '8' : '7';
                slipped[line] = string.Concat(lines[line].AsSpan(0, i), [other], lines[line].AsSpan(i + 1));
                KeyFileException e = Assert.Throws<KeyFileException>(() => PaperKey.Parse(string.Join('\n', slipped)));
                Assert.Contains($"line {line + 1} ", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Two_lines_of_a_key_on_paper_that_were_swapped_are_noticed()
    {
        using KeyFile key = new KeyManager(Storage, Repository).Export();
        string[] lines = Lines(key).Trim('\n').Split('\n');
        (lines[0], lines[1]) = (lines[1], lines[0]);
        KeyFileException e = Assert.Throws<KeyFileException>(() => PaperKey.Parse(string.Join('\n', lines)));
        Assert.Contains("order", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_agent_gets_no_more_than_its_key_file_holds(bool read)
    {
        using KeyFile agent = await Agents.EnrollAsync(Storage, Repository, read);
        using RepositorySecret.FromKeyFile key = new(KeyFile.Parse(agent.Format()));

        using OpenedRepository opened = await RepositoryOpener.OpenAsync(Storage, key, None);

        Assert.Null(opened.Keys.Administrator);
        Assert.Equal(KeyRole.Agent, opened.Keys.Role);
        Assert.Equal(read, opened.Keys.Own.CanRead);
        Assert.Equal(Repository.Keys.Own.IndexKey(1), opened.Keys.Own.IndexKey(1));
        Assert.Throws<WrongKeyException>(() => new KeyManager(Storage, opened));
        using RunKey runKey = Repository.Keys.Own.NewRunKey(ChunkKind.Data);
        Assert.Equal(read, opened.Keys.Own.TryOpenRunKey(ChunkKind.Data, 1, runKey.Sealed, new byte[RunKey.Length]));
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_key_file_that_others_can_read_is_refused()
    {
        string directory = Directory.CreateTempSubdirectory("snapfs-key-").FullName;
        try
        {
            string path = Path.Combine(directory, "key");
            using KeyFile key = new KeyManager(Storage, Repository).Export();
            KeyFileStore.Write(path, key);
            using KeyFile read = KeyFileStore.Read(path);
            Assert.Equal(key.Format(), read.Format());
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.Equal(ErrorKind.Exists, Assert.Throws<KeyFileException>(() => KeyFileStore.Write(path, key)).Kind);
            foreach (string none in (string[])[directory, path + "-missing"])
            {
                Assert.Equal(ErrorKind.Usage, Assert.Throws<KeyFileException>(() => KeyFileStore.Read(none)).Kind);
            }

            KeyFileException device = Assert.Throws<KeyFileException>(() => KeyFileStore.Read("/dev/null"));
            Assert.DoesNotContain("chmod", device.Message, StringComparison.Ordinal);

            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            KeyFileException e = Assert.Throws<KeyFileException>(() => KeyFileStore.Read(path));
            Assert.Contains("chmod 600", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Lines(KeyFile key)
    {
        string page = PaperKey.Format(key);
        Assert.Contains(key.RepositoryId.ToString(), page, StringComparison.Ordinal);
        return page[page.IndexOf(" 1:", StringComparison.Ordinal)..];
    }
}
