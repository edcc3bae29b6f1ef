internal import KubernetesObjects

/// A command that is run in a container, as `kubectl exec` runs it.
package struct ContainerCommand: Sendable {
    package let namespace: String
    package let pod: String
    package let container: String
    /// The program and its arguments; no shell is involved.
    package let command: [String]
    package let timeoutSeconds: Int

    package init(namespace: String, pod: String, container: String, command: [String], timeoutSeconds: Int) {
        self.namespace = namespace
        self.pod = pod
        self.container = container
        self.command = command
        self.timeoutSeconds = timeoutSeconds
    }

    /// How it ended. What it printed is dropped: it may hold the values of Secrets.
    package enum Outcome: Sendable, Equatable {
        case exited(Int)
        /// It was not run, or nobody knows how it ended.
        case failed(String)
    }
}

extension ClusterClient {
    /// Runs a command in a container and waits for its end.
    ///
    /// By the protocol `v4.channel.k8s.io`: a WebSocket whose messages begin with the number of their channel, of which the third has the
    /// Status at the end (k8s.io/apimachinery, pkg/util/remotecommand). Nothing is sent to the command. It is never repeated.
    ///
    /// - Throws: what the API server answers instead, such as `forbidden` without the right to `pods/exec`, or `timeout`.
    package func run(_ command: ContainerCommand) async throws(ClusterError) -> ContainerCommand.Outcome {
        let pods = APIResource(
            group: "",
            version: "v1",
            resource: "pods",
            kind: "Pod",
            isNamespaced: true,
            verbs: [],
            hasStatus: true
        )
        let path = pods.path(namespace: command.namespace, name: command.pod, subresource: "exec")
        let query = URLText.query(
            [("container", command.container), ("stdout", "true"), ("stderr", "true")]
                + command.command.map { ("command", $0) }
        )
        var request = try await request("GET", path + query, "*/*", silenceSeconds: command.timeoutSeconds)
        request.deadlineSeconds = command.timeoutSeconds
        request.isUpgrade = true
        request.headers += [
            ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Protocol", Self.commandProtocol),
            // Against caches that mistake one for an answer; it protects no secret.
            ("Sec-WebSocket-Key", "bGlmZWJvYXQgaG9va3MuLg=="),
        ]
        let (body, cancel) = transport.stream(request)
        defer { cancel() }
        count { $0.requests += 1 }
        do {
            return try await withTaskCancellationHandler(operation: { try await outcome(body, path) }, onCancel: cancel)
        } catch let error as ClusterError {
            throw error
        } catch {
            throw Self.clusterError(error, "GET", path)
        }
    }

    private static let commandProtocol = "v4.channel.k8s.io"

    private func outcome(_ body: StreamedBody, _ path: String) async throws -> ContainerCommand.Outcome {
        let head = try await body.head()
        guard head.status == 101 else {
            var refused: [UInt8] = []
            while refused.count < 1 << 20, let part = try await body.next() { refused += part }
            throw ClusterError.refused(head, body: refused, method: "GET", path: path)
        }
        guard head.fields["sec-websocket-protocol"] == Self.commandProtocol else {
            return .failed("the server does not speak \(Self.commandProtocol)")
        }
        var frames = WebSocketFrames()
        var status: [UInt8] = []
        reading: while let part = try await body.next() {
            count { $0.bytesReceived += part.count }
            guard let messages = try? frames.append(part) else {
                return .failed("the server sent what is no WebSocket frame")
            }
            for message in messages {
                switch message {
                case .data(let bytes) where bytes.first == 3: status += bytes.dropFirst()
                case .close: break reading
                default: break
                }
            }
        }
        return Self.outcome(status)
    }

    /// Reads the Status: a command that ended with another status than 0 is a Failure with the cause `ExitCode`.
    static func outcome(_ status: [UInt8]) -> ContainerCommand.Outcome {
        guard let document = try? JSONValue(parsing: status) else {
            return .failed("the connection ended before the command did")
        }
        if document["status"]?.string == "Success" { return .exited(0) }
        for cause in document["details", "causes"]?.array ?? [] where cause["reason"]?.string == "ExitCode" {
            if let code = cause["message"]?.string.flatMap({ Int($0) }) { return .exited(code) }
        }
        return .failed(document["message"]?.string ?? "the server gives no reason")
    }
}
