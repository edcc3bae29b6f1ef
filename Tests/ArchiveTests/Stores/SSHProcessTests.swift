import Foundation
import TestSupport
import Testing

@testable import Archive

/// What is started in the place of ssh, and ended: shells, which do what a real ssh does on a bad day.
@Suite struct `Processes of SFTP` {
    private static func shell(
        _ command: String,
        silenceSeconds: Int = 60,
        graceMilliseconds: Int = 0
    ) throws(SFTPError) -> SSHProcess {
        try SSHProcess(
            program: "sh",
            arguments: ["-c", command],
            variables: ["PATH": "/usr/bin:/bin"],
            silenceSeconds: silenceSeconds,
            graceMilliseconds: graceMilliseconds
        )
    }

    @Test(arguments: [0, 20]) func `one that minds neither SIGTERM nor the end of its input is gone with its object`(
        graceMilliseconds: Int
    ) throws {
        let mark = FileManager.default.temporaryDirectory.appending(path: "lifeboat-ssh-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: mark) }
        // It ends by itself after a while, and leaves a mark that says so: a test that fails does not hang.
        let command = "trap '' TERM; echo ready; sleep 20; touch \(mark)"
        var process: SSHProcess? = try Self.shell(command, graceMilliseconds: graceMilliseconds)
        #expect(try process?.receive(6) == Array("ready\n".utf8))
        let id = try #require(process?.process)
        process = nil
        #expect(!FileManager.default.fileExists(atPath: mark))
        #expect(kill(id, 0) == -1 && errno == ESRCH)
        // Nobody of its group is left, except as a zombie whose parent is gone and which the first process is about to take.
        #expect(kill(-id, 0) == -1 || Self.isZombie(group: id))
    }

    private static func isZombie(group: pid_t) -> Bool {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.filter { Int($0) != nil }
            .allSatisfy { process in
                guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
                    return true
                }
                let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
                return fields.count < 3 || fields[2] != "\(group)" || fields[0] == "Z"
            }
    }

    @Test func `one that ends when it is told to has the time that it needs`() throws {
        let mark = FileManager.default.temporaryDirectory.appending(path: "lifeboat-ssh-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: mark) }
        let command = "trap 'touch \(mark); exit' TERM; echo ready; while :; do sleep 1; done"
        var process: SSHProcess? = try Self.shell(command, graceMilliseconds: 20_000)
        #expect(try process?.receive(6) == Array("ready\n".utf8))
        process = nil
        #expect(FileManager.default.fileExists(atPath: mark))
    }

    @Test func `one that a task starts has no signals blocked`() async throws {
        let mask = try await Task.detached {
            // No shell, for some shells take them on again themselves.
            let process = try SSHProcess(
                program: "grep",
                arguments: ["SigBlk", "/proc/self/status"],
                variables: ["PATH": "/usr/bin:/bin"]
            )
            return String(decoding: try process.receive(24), as: UTF8.self)
        }
        .value
        #expect(mask == "SigBlk:\t0000000000000000")
    }

    @Test func `one that says much to standard error before it serves is listened to, and its last words are kept`()
        throws
    {
        let much =
            "i=0; while [ $i -lt 20000 ]; do echo 'a line of a banner that nobody wants to read, 64 bytes' >&2;"
            + " i=$((i+1)); done"
        let process = try Self.shell("\(much); echo served; echo 'me@host: Permission denied (publickey).' >&2")
        #expect(try process.receive(7) == Array("served\n".utf8))
        let error = #expect(throws: SFTPError.self) { try process.receive(1) }
        #expect(error == .lost("the connection ended: me@host: Permission denied (publickey)."))
    }

    @Test func `words of ssh are no sign of life of the server`() throws {
        let process = try Self.shell("while :; do echo still trying >&2; sleep 0.1; done", silenceSeconds: 1)
        let error = #expect(throws: SFTPError.self) { try process.receive(1) }
        #expect(error == .lost("the server says nothing: still trying"))
    }
}
