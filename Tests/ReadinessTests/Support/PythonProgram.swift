import Foundation

/// Python programs that make or check what this project must agree with.
enum PythonProgram {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// `.ci/NAME` of this repository.
    static func script(_ name: String) -> String { "\(folder)/.ci/\(name)" }

    /// The Debian python with the package `cryptography`.
    static let hasCryptography =
        (try? run("/usr/bin/python3", ["-c", "import cryptography"]))?.status == 0

    /// The Python with an independent CEL, when there is one.
    static let cel = ProcessInfo.processInfo.environment["LIFEBOAT_TEST_CEL_PYTHON"]

    static func run(_ program: String, _ arguments: [String], input: [UInt8] = []) throws -> (
        status: Int32, output: Data
    ) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let (output, pipe) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = pipe
        try process.run()
        try pipe.fileHandleForWriting.write(contentsOf: Data(input))
        try pipe.fileHandleForWriting.close()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, bytes)
    }
}
