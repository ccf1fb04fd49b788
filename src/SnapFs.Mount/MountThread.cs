using System.Diagnostics.CodeAnalysis;
using SnapFs.Mount.Events;

namespace SnapFs.Mount;

/// <summary>A thread that works beside the readers. What it throws belongs in the log and never ends the process.</summary>
public static class MountThread
{
    /// <summary>Starts a thread.</summary>
    /// <param name="name">What it does, for the log.</param>
    /// <param name="run">Its work; handles what it expects.</param>
    /// <param name="report">Gets what it did not expect.</param>
    [SuppressMessage("Design", "CA1031", Justification = "The root of a thread: what passes here ends the process.")]
    public static Thread Start(string name, Action run, Action<MountEvent> report)
    {
        Thread thread = new(() =>
        {
            try
            {
                run();
            }
            catch (Exception e)
            {
                report(new MountEvent(MountEventKind.Bug, $"the thread '{name}' of the mount has ended: {e.Message}", e));
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        return thread;
    }
}
