internal import Glibc

extension FolderStore {
    /// A file under `tmp/` that is so much older than one that is being written was left by a process that was killed.
    private static let leftoverSeconds = 24 * 60 * 60

    /// Deletes what killed processes left under `tmp/`; what cannot be deleted stays for the next time.
    ///
    /// - Parameter descriptor: a file of this folder that was just created. Its time and theirs are of one clock, that of the file
    ///   system, so no clock of a machine is asked.
    func deleteLeftovers(olderThan descriptor: Int32) {
        var own = stat()
        guard fstat(descriptor, &own) == 0, let names = try? FileSystem.entries(of: "\(location)/tmp") else { return }
        for name in names {
            var status = stat()
            let path = "\(location)/tmp/\(name)"
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                own.st_mtim.tv_sec - status.st_mtim.tv_sec > Self.leftoverSeconds
            else { continue }
            unlink(path)
        }
    }
}
