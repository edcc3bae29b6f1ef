internal import CMalloc
internal import Commands

// Whole packs go back to the system as soon as they are stored. By itself glibc learns to keep buffers of that size, and what is
// allocated between them then holds tens of megabytes: https://man7.org/linux/man-pages/man3/mallopt.3.html
_ = mallopt(M_MMAP_THRESHOLD, 8 << 20)
_ = mallopt(M_TRIM_THRESHOLD, 4 << 20)

await EntryPoint.main()
