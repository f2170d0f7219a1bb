// Run by root, the PostgreSQL of the fixtures is another account, which reads its first password from a file.
process.umask(0o022);
