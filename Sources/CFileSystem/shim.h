#include <linux/fs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

/// Gives a file another name and replaces nothing: renameat2(2) with RENAME_NOREPLACE, which Glibc declares for
/// _GNU_SOURCE alone, and some libraries of C not at all. Returns -1 with errno as the system call does.
static inline int lifeboat_rename_without_replacing(const char *source, const char *target) {
    return (int)syscall(SYS_renameat2, -100 /* AT_FDCWD */, source, -100, target, RENAME_NOREPLACE);
}

/// Waits until everything of the file system of an open file is on the disk, which Glibc declares for _GNU_SOURCE alone: syncfs(2).
/// Since Linux 5.8 it fails when something could not be written since the file was opened. Returns -1 with errno as the system call does.
static inline int lifeboat_sync_file_system(int descriptor) {
    return (int)syscall(SYS_syncfs, descriptor);
}
