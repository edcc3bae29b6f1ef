internal import CZlib
internal import KubernetesObjects

/// A file of gzip, read from its beginning to its end; bytes that are no gzip come as they are.
final class GzipFile {
    private static let bufferSize: UInt32 = 256 << 10
    let path: String
    private let file: gzFile

    /// - Throws: `usage` when the file cannot be opened.
    init(path: String) throws(LifeboatError) {
        guard let file = gzopen(path, "rb") else {
            throw LifeboatError(.usage, "\(path) cannot be read", remedy: "check the path and its permissions")
        }
        gzbuffer(file, Self.bufferSize)
        self.path = path
        self.file = file
    }

    deinit { gzclose_r(file) }

    /// The next bytes, fewer than `count` at the end only.
    ///
    /// - Throws: `object.malformed-archive` for bytes that are damaged or cut off.
    func read(_ count: Int) throws(LifeboatError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, let start = buffer.baseAddress {
                code = gzread(file, start + filled, UInt32(min(count - filled, 1 << 30)))
                guard code > 0 else { return }
                filled += Int(code)
            }
        }
        guard bytes.count < count else { return bytes }
        // A stream that is cut off ends like a whole one, and says so here only.
        var problem: Int32 = 0
        let message = gzerror(file, &problem)
        guard code >= 0, problem == Z_OK || problem == Z_STREAM_END else {
            let reason =
                problem == Z_BUF_ERROR ? "it is cut off" : message.map { String(cString: $0) } ?? "it is damaged"
            throw TarArchive.damaged(path, reason)
        }
        return bytes
    }
}
