internal import Glibc
internal import Synchronization

/// Results go to standard output; progress and messages go to standard error.
package enum Terminal {
    private static let progressWidth = Mutex(0)
    /// The settings of a terminal that does not show what is typed.
    private static let hiddenInput = Mutex<termios?>(nil)

    /// Whether a person watches standard error.
    package static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    package static func result(_ text: String) { write(text.hasSuffix("\n") ? text : text + "\n", STDOUT_FILENO) }

    /// A line on standard error, which clears the progress line first.
    package static func message(_ text: String) {
        clearProgress()
        write(text.hasSuffix("\n") ? text : text + "\n", STDERR_FILENO)
    }

    /// Rewrites the progress line; shown on a terminal only.
    package static func progress(_ text: String) {
        guard isInteractive else { return }
        progressWidth.withLock { width in
            let padding = String(repeating: " ", count: max(0, width - text.count))
            write("\r" + text + padding, STDERR_FILENO)
            width = text.count
        }
    }

    package static func clearProgress() {
        progressWidth.withLock { width in
            if width > 0 { write("\r" + String(repeating: " ", count: width) + "\r", STDERR_FILENO) }
            width = 0
        }
    }

    /// Asks for a passphrase without showing it; nil when no terminal is there.
    package static func passphrase(_ prompt: String) -> [UInt8]? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        write(prompt, STDERR_FILENO)
        var settings = termios()
        tcgetattr(STDIN_FILENO, &settings)
        var quiet = settings
        quiet.c_lflag &= ~tcflag_t(ECHO)
        hiddenInput.withLock { [settings] in $0 = settings }
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
        defer {
            showInput()
            write("\n", STDERR_FILENO)
        }
        return line(STDIN_FILENO)
    }

    /// The bytes up to the next line feed as they are, for a passphrase need not be UTF-8; nil when the input has ended.
    private static func line(_ descriptor: Int32) -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return line.isEmpty ? nil : line }
            guard byte != 0x0A else { return line }
            line.append(byte)
        }
    }

    /// Has the terminal show what is typed again, when it does not because a passphrase is asked for.
    static func showInput() {
        guard var settings = hiddenInput.withLock({ $0.take() }) else { return }
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
    }

    /// Writes bytes to standard output as they are.
    ///
    /// - Returns: false when not all of them could be written, and then `errno` says why.
    package static func output(_ bytes: [UInt8]) -> Bool { write(bytes[...], STDOUT_FILENO) }

    private static func write(_ text: String, _ descriptor: Int32) { _ = write(Array(text.utf8)[...], descriptor) }

    private static func write(_ bytes: ArraySlice<UInt8>, _ descriptor: Int32) -> Bool {
        var bytes = bytes
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }
}
