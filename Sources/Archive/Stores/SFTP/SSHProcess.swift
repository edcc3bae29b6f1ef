internal import Glibc

/// The system's `ssh`, which runs the SFTP subsystem of the server: keys, agents, jump hosts and known hosts are the user's own.
///
/// One thread uses it at a time.
final class SSHProcess {
    private let process: pid_t
    /// Its standard input and output; a socket, because a write to a pipe that ended would be a signal.
    private let channel: Int32
    private let errors: Int32
    private let silenceSeconds: Int

    /// - Parameter silenceSeconds: a server that says nothing for so long is lost.
    init(
        program: String = "ssh",
        arguments: [String],
        variables: [String: String],
        silenceSeconds: Int = 120
    ) throws(SFTPError) {
        var sockets: [Int32] = [-1, -1]
        var pipes: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &sockets) == 0, socketpair(AF_UNIX, kind, 0, &pipes) == 0 else {
            throw .lost("no socket for ssh: \(String(cString: strerror(errno)))")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, sockets[1], 0)
        posix_spawn_file_actions_adddup2(&actions, sockets[1], 1)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own: Ctrl-C ends this process, which then ends ssh, and not ssh in the middle of a write.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var id = pid_t()
        let code = Self.withStrings([program] + arguments) { arguments in
            Self.withStrings(variables.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawnp(&id, program, &actions, &attributes, arguments, variables)
            }
        }
        close(sockets[1])
        close(pipes[1])
        guard code == 0 else {
            close(sockets[0])
            close(pipes[0])
            throw .lost("\(program) cannot be started: \(String(cString: strerror(code)))")
        }
        process = id
        channel = sockets[0]
        errors = pipes[0]
        self.silenceSeconds = silenceSeconds
    }

    deinit {
        // ssh ends at the end of its input; what hangs is told to, with the jump hosts that it started.
        close(channel)
        kill(-process, SIGTERM)
        close(errors)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    func send(_ bytes: [UInt8]) throws(SFTPError) {
        var sent = 0
        while sent < bytes.count {
            try waitUntilReady(Int16(POLLOUT))
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.send(
                    channel,
                    bytes.baseAddress.map { $0 + sent },
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if count > 0 { sent += count } else if errno != EINTR { throw .lost(words("the connection ended")) }
        }
    }

    func receive(_ count: Int) throws(SFTPError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var received = 0
        while received < count {
            try waitUntilReady(Int16(POLLIN))
            let part = bytes.withUnsafeMutableBytes { bytes in
                recv(channel, bytes.baseAddress.map { $0 + received }, count - received, 0)
            }
            if part > 0 {
                received += part
            } else if part == 0 || errno != EINTR {
                throw .lost(words("the connection ended"))
            }
        }
        return bytes
    }

    private func waitUntilReady(_ events: Int16) throws(SFTPError) {
        var descriptor = pollfd(fd: channel, events: events, revents: 0)
        while true {
            let ready = poll(&descriptor, 1, Int32(silenceSeconds * 1000))
            if ready > 0 { return }
            guard ready < 0, errno == EINTR else { throw .lost(words("the server says nothing")) }
        }
    }

    /// The last line that ssh has said, which is why it ended.
    private func words(_ event: String) -> String {
        var ready = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
        // What ssh says comes before it ends, and may come a moment after its output did.
        _ = poll(&ready, 1, 1000)
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = max(0, recv(errors, &buffer, buffer.count, Int32(MSG_DONTWAIT)))
        let said = String(decoding: buffer[..<count], as: UTF8.self)
        guard let line = said.split(whereSeparator: \.isNewline).last(where: { $0.contains { !$0.isWhitespace } })
        else { return event }
        return "\(event): \(line.prefix(200).filter { !$0.unicodeScalars.contains { $0.value < 0x20 } })"
    }

    private static func withStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}
