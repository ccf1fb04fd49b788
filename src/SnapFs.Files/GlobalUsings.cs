global using SnapFs.Posix;
