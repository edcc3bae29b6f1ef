internal import Glibc

/// The system's `ssh`, which runs the SFTP subsystem of the server: keys, agents, jump hosts and known hosts are the user's own.
///
/// One thread uses it at a time.
final class SSHProcess {
    let process: pid_t
    /// Its standard input and output; a socket, because a write to a pipe that ended would be a signal.
    private let channel: Int32
    /// Its standard error; -1 once it has ended.
    private var errors: Int32
    /// The end of what it said there.
    private var said: [UInt8] = []
    private let silenceSeconds: Int
    private let graceMilliseconds: Int

    /// So much of what ssh says is kept: a banner may be long, and why ssh ended comes last.
    private static let mostSaid = 8 << 10

    /// - Parameters:
    ///   - silenceSeconds: a server that says nothing for so long is lost.
    ///   - graceMilliseconds: what has not ended so long after it was told to is killed.
    init(
        program: String = "ssh",
        arguments: [String],
        variables: [String: String],
        silenceSeconds: Int = 120,
        graceMilliseconds: Int = 2000
    ) throws(SFTPError) {
        var sockets: [Int32] = [-1, -1]
        var pipes: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &sockets) == 0, socketpair(AF_UNIX, kind, 0, &pipes) == 0 else {
            let code = errno
            for socket in sockets where socket >= 0 { close(socket) }
            throw .lost("no socket for ssh: \(String(cString: strerror(code)))")
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
        // Threads of tasks block most signals, and whoever they start would block them, too: ssh could not be told to end.
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        )
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGQUIT] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
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
        self.graceMilliseconds = graceMilliseconds
    }

    deinit {
        // ssh ends at the end of its input; what hangs is told to, with the jump hosts that it started.
        close(channel)
        kill(-process, SIGTERM)
        var waited = 0
        var pause = 1
        while !hasEnded, waited < graceMilliseconds {
            // Nothing but time: what ends tells nobody who could be waited for together with a limit.
            _ = poll(nil, 0, Int32(pause))
            waited += pause
            pause = min(pause * 2, 50)
        }
        // Before it is waited for, since until then no other group can have its number.
        kill(-process, SIGKILL)
        if errors >= 0 { close(errors) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    /// Whether it has ended; it stays to be waited for.
    private var hasEnded: Bool {
        var info = siginfo_t()
        let result = waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT)
        // Zero, with nothing written to `info`, is what says that it runs on.
        return result != 0 ? errno != EINTR : info.si_signo == SIGCHLD
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

    /// Waits for the channel, and takes meanwhile what ssh says, which would otherwise wait for ever when nobody listened.
    private func waitUntilReady(_ events: Int16) throws(SFTPError) {
        // Words of ssh are no sign of life of the server, and do not put off the end.
        let end = ContinuousClock.now + .seconds(silenceSeconds)
        while true {
            var descriptors = [
                pollfd(fd: channel, events: events, revents: 0),
                pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&descriptors, 2, Self.milliseconds(until: end))
            if ready > 0 {
                if descriptors[1].revents != 0 { listen() }
                if descriptors[0].revents != 0 { return }
            }
            guard ready >= 0 || errno == EINTR, ContinuousClock.now < end else {
                throw .lost(words("the server says nothing"))
            }
        }
    }

    private static func milliseconds(until end: ContinuousClock.Instant) -> Int32 {
        let left = max(ContinuousClock.now.duration(to: end), .zero)
        return Int32(clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1)
    }

    /// Takes what ssh has said by now.
    private func listen() {
        var buffer = [UInt8](repeating: 0, count: Self.mostSaid)
        let count = recv(errors, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count > 0 {
            said = (said + buffer[..<count]).suffix(Self.mostSaid)
        } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
            close(errors)
            errors = -1
        }
    }

    /// The last line that ssh has said, which is why it ended.
    private func words(_ event: String) -> String {
        // What ssh says comes before it ends, and may come a moment after its output did.
        let end = ContinuousClock.now + .seconds(1)
        while errors >= 0, ContinuousClock.now < end {
            var ready = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
            if poll(&ready, 1, Self.milliseconds(until: end)) > 0 { listen() }
        }
        let text = String(decoding: said, as: UTF8.self)
        guard let line = text.split(whereSeparator: \.isNewline).last(where: { $0.contains { !$0.isWhitespace } })
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
