internal import Glibc
internal import KubernetesObjects

/// Reads the small files that a kubeconfig names.
enum LocalFile {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// - Throws: `kubeconfig.invalid` that names the file and the system's reason.
    static func read(_ path: String) throws(LifeboatError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= 16 << 20 else { throw LifeboatError(.kubeconfigInvalid, "\(path) is too large") }
        }
    }

    /// Modification time and size, to see that a token was renewed.
    static func stamp(_ path: String) -> [Int] {
        var status = stat()
        guard stat(path, &status) == 0 else { return [] }
        return [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_size), Int(status.st_ino)]
    }

    private static func failure(_ path: String) -> LifeboatError {
        let reason = String(cString: strerror(errno))
        return LifeboatError(.kubeconfigInvalid, "\(path): \(reason)", remedy: "check the path and who may read it")
    }
}
