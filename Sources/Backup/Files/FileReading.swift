internal import Archive
internal import Glibc
internal import KubernetesObjects

/// Reads one file from its beginning to its end.
struct FileReading {
    struct Read {
        let status: FileStatus
        let content: StoredContent
        let attributes: ExtendedAttributes?
        /// The contents of a file that is small enough to be kept in its document.
        let small: [UInt8]?
        /// Whether nobody wrote to it meanwhile.
        let isSteady: Bool
    }

    let place: FileCapture.Place
    /// Why the file could not be read.
    private(set) var failure = ""
    /// Whether somebody deleted it since its folder was read.
    private(set) var isGone = false
    /// Why its attributes could not be read; nil when they could.
    private(set) var attributesFailure: String?

    init(_ place: FileCapture.Place) { self.place = place }

    /// Stores the contents.
    ///
    /// - Returns: nil when the file cannot be read, and then `failure` says why.
    /// - Throws: what the repository says.
    mutating func read(into writer: SnapshotWriter, expecting known: FileStatus) throws(LifeboatError) -> Read? {
        // A file that was replaced by a pipe must not stop the backup, nor a link lead elsewhere.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let descriptor = openat(place.folder, place.name.terminated, flags)
        guard descriptor >= 0 else {
            let code = errno
            isGone = code == ENOENT && place.isGone
            return fail(code)
        }
        defer { close(descriptor) }
        guard let before = FileStatus.of(descriptor) else { return fail(errno) }
        guard before.type == known.type else {
            failure = "it was replaced while the folder was read"
            return nil
        }
        let isDevice = before.type == S_IFBLK
        // The contents are taken without them.
        let attributes = isDevice ? ExtendedAttributes() : ExtendedAttributes(of: descriptor)
        if attributes == nil { attributesFailure = String(cString: strerror(errno)) }
        // A small one is read at once.
        if isDevice || before.size > 1 << 20 { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
        var code: Int32 = 0
        if !isDevice, before.size <= FileDocument.inlineLimit {
            var bytes = [UInt8](repeating: 0, count: FileDocument.inlineLimit + 1)
            let count = bytes.withUnsafeMutableBytes { Self.fill($0, from: descriptor, &code) }
            guard code == 0 else { return fail(code) }
            if count <= FileDocument.inlineLimit {
                let content = StoredContent(size: count, chunks: [])
                return Read(
                    status: before,
                    content: content,
                    attributes: attributes,
                    small: Array(bytes[..<count]),
                    isSteady: FileStatus.of(descriptor) == before
                )
            }
            guard lseek(descriptor, 0, SEEK_SET) == 0 else { return fail(errno) }
        }
        var hasFailed = false
        let content: StoredContent
        do throws(LifeboatError) {
            content = try writer.store(
                cuts: isDevice ? .aligned : .byContent,
                expecting: isDevice ? .max : before.size
            ) { (memory) throws(LifeboatError) in
                try Cancellation.check()
                let count = Self.fill(memory, from: descriptor, &code)
                guard code == 0 else {
                    hasFailed = true
                    throw LifeboatError(.storageFailed, "the file cannot be read")
                }
                return count
            }
        } catch {
            if hasFailed { return fail(code) }
            guard error.code == .repositoryUnsupported else { throw error }
            failure = error.message
            return nil
        }
        let isSteady = isDevice || FileStatus.of(descriptor) == before
        return Read(status: before, content: content, attributes: attributes, small: nil, isSteady: isSteady)
    }

    /// Stores what a pipe brings, to its end.
    ///
    /// - Throws: `storage.failed` when it brings nothing, which is what is left of a command that failed, or cannot be read.
    static func stream(_ descriptor: Int32, into writer: SnapshotWriter) throws(LifeboatError) -> StoredContent {
        let content = try writer.store(expecting: .max) { (memory) throws(LifeboatError) in
            var code: Int32 = 0
            var count = 0
            while count < memory.count, code == 0 {
                try waitForInput(descriptor)
                let rest = UnsafeMutableRawBufferPointer(rebasing: memory[count...])
                let got = fill(rest, from: descriptor, &code, once: true)
                if got == 0 { break }
                count += got
            }
            guard code == 0 else {
                throw LifeboatError(
                    .storageFailed,
                    "cannot read standard input: \(String(cString: strerror(code)))",
                    remedy: "give it by a pipe or from a file"
                )
            }
            return count
        }
        guard content.size > 0 else {
            throw LifeboatError(
                .storageFailed,
                "nothing came on standard input, so no snapshot was taken",
                remedy: "look whether the command before the | failed; in bash, `set -o pipefail` tells"
            )
        }
        return content
    }

    /// Waits until something can be read, for as long as nobody cancels the backup: a command before the pipe may take its time.
    private static func waitForInput(_ descriptor: Int32) throws(LifeboatError) {
        var input = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        repeat { try Cancellation.check() } while poll(&input, 1, 200) == 0
    }

    private mutating func fail(_ code: Int32) -> Read? {
        failure = String(cString: strerror(code))
        return nil
    }

    /// Fills memory as far as the file goes; `code` is the error of a read that failed.
    ///
    /// - Parameter once: whether what one read gives is enough.
    private static func fill(
        _ memory: UnsafeMutableRawBufferPointer,
        from descriptor: Int32,
        _ code: inout Int32,
        once: Bool = false
    ) -> Int {
        var count = 0
        while count < memory.count {
            let got = Glibc.read(descriptor, memory.baseAddress.map { $0 + count }, memory.count - count)
            if got > 0 {
                count += got
                if once { break }
            } else if got == 0 {
                break
            } else if errno != EINTR {
                code = errno
                break
            }
        }
        return count
    }
}
