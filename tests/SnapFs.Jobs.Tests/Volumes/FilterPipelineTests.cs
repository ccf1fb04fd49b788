using SnapFs.Jobs.Volumes;

namespace SnapFs.Jobs.Tests.Volumes;

public sealed class FilterPipelineTests
{
    [Theory]
    [InlineData("gunzip", 1)]
    [InlineData("ccrypt -cdk '/root/a|b' | gunzip", 2)]
    [InlineData("a | b \"x;y\" | c", 3)]
    [InlineData("a || b", 1)]
    [InlineData("a | b; c", 1)]
    [InlineData("a | (b)", 1)]
    [InlineData("a | 'b", 1)]
    [InlineData("a |", 1)]
    [InlineData("| a", 1)]
    [InlineData("a | b $(c | d)", 1)]
    [InlineData("a | b # | c", 1)]
    public void Only_a_plain_pipeline_is_taken_apart(string command, int parts)
    {
        string script = new FilterPipeline(command).Script;

        Assert.Equal(parts, script.Split("snapfs-part").Length - 1);
    }

    [Fact]
    public void The_first_part_that_failed_is_named_with_what_it_said()
    {
        FilterPipeline pipeline = new("/opt/bin/ccrypt -cdk key | gunzip");
        Assert.True(pipeline.Take("\u0001snapfs-part 1 1"));
        Assert.True(pipeline.Take("\u0001snapfs-part 0 4"));
        Assert.False(pipeline.Take("gzip: snapfs-part 0 4"));

        DumpComplaint? complaint = pipeline.Complaint(1, "ccrypt: key does not match", "gzip: unexpected end of file");

        Assert.Equal(
            new DumpComplaint(
                "'ccrypt' in the filter exited with 4: ccrypt: key does not match; a wrong key looks like this", IsFatal: true),
            complaint);
    }

    [Fact]
    public void A_part_that_nobody_reads_any_more_has_not_failed()
    {
        FilterPipeline pipeline = new("cat | head");
        pipeline.Take("\u0001snapfs-part 0 141");
        pipeline.Take("\u0001snapfs-part 1 0");

        Assert.Null(pipeline.Complaint(0, "", ""));
    }

    [Fact]
    public void A_failure_before_the_last_part_is_told_but_the_dump_may_be_whole()
    {
        FilterPipeline pipeline = new("gunzip | cat");
        pipeline.Take("\u0001snapfs-part 0 2");
        pipeline.Take("\u0001snapfs-part 1 0");

        Assert.Equal(
            new DumpComplaint("'gunzip' in the filter exited with 2: gzip: trailing garbage", IsFatal: false),
            pipeline.Complaint(0, "gzip: trailing garbage", ""));
    }
}
