internal import Glibc
internal import KubernetesObjects

/// The end of the process.
enum ProcessEnd {
    /// Ends the process and leaves its memory to the system.
    ///
    /// What libraries do in `exit` takes away what threads still use: OpenSSL frees the list of its threads while one of them, at its own
    /// end, walks it (https://docs.openssl.org/3.0/man3/OPENSSL_init_crypto/, `OPENSSL_INIT_NO_ATEXIT`), and a run whose work was done died by a signal.
    static func exit(_ status: ExitStatus) -> Never {
        // Nothing is left in a buffer: `Terminal` writes at once. To flush would wait for a thread that reads from the terminal.
        Terminal.showInput()
        _exit(status.rawValue)
    }
}
