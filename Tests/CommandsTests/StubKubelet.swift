import FoundationEssentials
import Glibc
import KubernetesObjects
import Subprocess
import SystemPackage

/// The part of a kubelet that runs commands, as a program beside the tests: `.ci/stub-kubelet`.
struct StubKubelet: Sendable {
    let port: Int
    private let process: Int32
    private let folder: String

    /// - Parameter folder: an existing folder for its certificate and its record of calls.
    static func start(folder: String) async throws -> StubKubelet {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path()
        // In the background of a shell that ends, so that it outlives the call.
        let script = """
            cd "$1" && openssl req -x509 -newkey rsa:2048 -nodes -keyout kubelet.key -out kubelet.crt -days 2 -subj /CN=node 2>/dev/null
            python3 "$0/.ci/stub-kubelet" kubelet.crt kubelet.key calls </dev/null >port 2>/dev/null & echo $!
            while [ ! -s port ]; do sleep 0.05; done; cat port
            """
        let result = try await Subprocess.run(
            .path("/bin/bash"),
            arguments: ["-c", script, root, folder],
            output: .string(limit: 1000),
            error: .discarded
        )
        let numbers = result.standardOutput.split(separator: "\n").compactMap { Int($0) }
        guard numbers.count == 2 else { throw NoPort() }
        return StubKubelet(port: numbers[1], process: Int32(numbers[0]), folder: folder)
    }

    struct NoPort: Error {}

    /// Its Node, for an API server that is to pass commands on.
    var node: JSONValue {
        [
            "apiVersion": "v1", "kind": "Node", "metadata": ["name": "node-1"],
            "status": [
                "addresses": [["type": "InternalIP", "address": "127.0.0.1"]],
                "daemonEndpoints": ["kubeletEndpoint": ["Port": .int(port)]],
            ],
        ]
    }

    /// The commands that came, such as `db db-0 exit 4`: container, Pod and words.
    func calls() -> [String] {
        let text =
            FileManager.default.contents(atPath: "\(folder)/calls").map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
            .map { call in
                let words = call["command"]?.array?.compactMap(\.string) ?? []
                return ([call["container"]?.string ?? "", call["pod"]?.string ?? ""] + words).joined(separator: " ")
            }
    }

    func stop() { kill(process, SIGTERM) }
}
