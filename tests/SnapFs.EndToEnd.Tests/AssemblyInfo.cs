// Tests kill processes, fill disks and drop caches: side by side they would judge each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

// Mounts, owners and signals as here exist nowhere else.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
