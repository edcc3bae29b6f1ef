internal import FoundationEssentials
internal import Glibc
internal import KubernetesObjects

/// A folder that only this user can read, for the files of one drill.
struct PrivateFolder: Sendable {
    let path: String

    init(in parent: String, name: String, random: (Int) -> [UInt8]) throws(LifeboatError) {
        let digits = Array("0123456789abcdef")
        let suffix = String(random(8).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
        path = "\(parent)/\(name)-\(suffix)"
        // mkdir fails when the name is taken, so nobody can have put something there before.
        guard mkdir(path, 0o700) == 0 else {
            throw LifeboatError(
                .storageFailed,
                "the folder \(path) cannot be made: \(String(cString: strerror(errno)))"
            )
        }
    }

    /// Writes a file that only this user can read; gives its path.
    func write(_ text: String, to name: String) throws(LifeboatError) -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LifeboatError(.storageFailed, "\(file) cannot be made: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                throw LifeboatError(.storageFailed, "\(file) cannot be written: \(String(cString: strerror(errno)))")
            }
            rest = rest.dropFirst(count)
        }
        return file
    }

    /// Removes the folder; what cannot be removed is returned.
    func remove() -> [String] {
        do {
            try FileManager.default.removeItem(atPath: path)
            return []
        } catch {
            return [path]
        }
    }
}
