package import KubernetesObjects

/// What stores need of the world: variables, files, clocks and randomness. Commands hands in the real ones.
package struct StoreEnvironment: Sendable {
    /// Environment variables.
    package var variables: [String: String]
    /// The bytes of a small file; nil when it is absent or cannot be read.
    package var readFile: @Sendable (String) -> [UInt8]?
    package var now: @Sendable () -> Timestamp
    /// Blocks the calling thread for so many seconds.
    package var pause: @Sendable (Double) -> Void
    /// So many random bytes.
    package var random: @Sendable (Int) -> [UInt8]

    package init(
        variables: [String: String],
        readFile: @escaping @Sendable (String) -> [UInt8]?,
        now: @escaping @Sendable () -> Timestamp,
        pause: @escaping @Sendable (Double) -> Void,
        random: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.variables = variables
        self.readFile = readFile
        self.now = now
        self.pause = pause
        self.random = random
    }

    /// A variable that is set and not empty.
    func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The lines of a small text file.
    func text(_ path: String) -> String? { readFile(path).flatMap { String(validating: $0, as: UTF8.self) } }
}
