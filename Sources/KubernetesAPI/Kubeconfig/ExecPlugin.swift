internal import KubernetesObjects
internal import Subprocess
internal import SystemPackage

/// An exec credential plugin (client.authentication.k8s.io, v1 and v1beta1):
/// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins.
struct ExecPlugin: Sendable {
    struct Answer: Sendable {
        let credential: Credential
        let expiresAt: Timestamp?
    }

    private let apiVersion: String
    private let command: String
    private let arguments: [String]
    private let variables: [(String, String)]
    private let installHint: String
    private let user: String
    private let information: [UInt8]
    private let environment: [String: String]
    private static let longestRunSeconds = 60.0

    init(
        _ document: JSONValue,
        user: String,
        folder: String,
        cluster: JSONValue,
        authority: [UInt8]?,
        environment: [String: String]
    ) throws(LifeboatError) {
        apiVersion = document["apiVersion"]?.string ?? ""
        guard ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"].contains(apiVersion) else {
            throw LifeboatError(
                .credentialUnsupported,
                "the exec plugin of user “\(user)” speaks “\(apiVersion)”",
                remedy: "update the plugin to client.authentication.k8s.io/v1 or v1beta1"
            )
        }
        guard let name = document["command"]?.string, !name.isEmpty else {
            throw LifeboatError(.kubeconfigInvalid, "the exec plugin of user “\(user)” names no command")
        }
        guard document["interactiveMode"]?.string != "Always" else {
            throw LifeboatError(
                .credentialUnsupported,
                "the exec plugin of user “\(user)” wants to ask at a terminal (interactiveMode: Always)",
                remedy: "set interactiveMode to IfAvailable or Never, or use a token"
            )
        }
        // As kubectl: a command with a slash is relative to the file, one without is looked up in PATH.
        command = name.contains("/") && !name.hasPrefix("/") ? "\(folder)/\(name)" : name
        arguments = document["args"]?.array?.compactMap(\.string) ?? []
        variables = (document["env"]?.array ?? []).compactMap { entry in
            entry["name"]?.string.map { ($0, entry["value"]?.string ?? "") }
        }
        installHint = document["installHint"]?.string ?? ""
        self.user = user
        self.environment = environment
        var spec: JSONValue = ["interactive": false]
        if document["provideClusterInfo"]?.bool == true {
            spec["cluster", "server"] = cluster["server"]
            if let authority { spec["cluster", "certificate-authority-data"] = .string(Base64.encode(authority)) }
            for field in ["tls-server-name", "insecure-skip-tls-verify", "proxy-url"] {
                if let value = cluster[field] { spec["cluster", field] = value }
            }
            for item in cluster["extensions"]?.array ?? []
            where item["name"]?.string == "client.authentication.k8s.io/exec" {
                spec["cluster", "config"] = item["extension"]
            }
        }
        information = JSONValue.object(
            JSONObject([
                .init(key: "apiVersion", value: .string(apiVersion)), .init(key: "kind", value: "ExecCredential"),
                .init(key: "spec", value: spec),
            ])
        ).encoded()
    }

    /// Runs the plugin, not longer than a minute. Its standard error is never shown: it may hold a secret.
    func run(sleep: @escaping @Sendable (Double) async throws -> Void) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask { try await output() }
            group.addTask {
                try await sleep(Self.longestRunSeconds)
                return nil
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else {
                throw failure("it gave no answer within \(Int(Self.longestRunSeconds)) seconds")
            }
            return answer
        }
    }

    private func output() async throws -> Answer {
        var all = environment
        for (name, value) in variables { all[name] = value }
        all["KUBERNETES_EXEC_INFO"] = String(decoding: information, as: UTF8.self)
        var keys: [Subprocess.Environment.Key: String] = [:]
        for (name, value) in all {
            if let key = Subprocess.Environment.Key(rawValue: name) { keys[key] = value }
        }
        let executable: Executable = command.contains("/") ? .path(FilePath(command)) : .name(command)
        let output: String?
        do {
            let result = try await Subprocess.run(
                executable,
                arguments: Arguments(arguments),
                environment: .custom(keys),
                output: .string(limit: 1 << 20),
                error: .discarded
            )
            guard result.terminationStatus.isSuccess else { throw failure("it ended with \(result.terminationStatus)") }
            output = result.standardOutput
        } catch let error as LifeboatError {
            throw error
        } catch {
            throw failure("it could not be started" + (installHint.isEmpty ? "" : ". \(installHint)"))
        }
        return try read(output ?? "")
    }

    private func read(_ output: String) throws(LifeboatError) -> Answer {
        guard let document = try? JSONValue(parsing: output), document["kind"]?.string == "ExecCredential" else {
            throw failure("its answer is no ExecCredential")
        }
        guard document["apiVersion"]?.string == apiVersion else {
            throw failure("it answers in another apiVersion than \(apiVersion)")
        }
        let status = document["status"]
        let token = status?["token"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        var credential = Credential(token: token)
        if let certificate = status?["clientCertificateData"]?.string, let key = status?["clientKeyData"]?.string {
            credential.clientCertificate = ClientCertificate(certificate: Array(certificate.utf8), key: Array(key.utf8))
        }
        guard credential.token != nil || credential.clientCertificate != nil else {
            throw failure("its answer holds neither a token nor a certificate")
        }
        guard let expiry = status?["expirationTimestamp"]?.string else {
            return Answer(credential: credential, expiresAt: nil)
        }
        guard let time = try? Timestamp(parsing: expiry) else { throw failure("its expirationTimestamp is no time") }
        return Answer(credential: credential, expiresAt: time)
    }

    private func failure(_ reason: String) -> LifeboatError {
        LifeboatError(
            .credentialPluginFailed,
            "the credential plugin “\(command)” of user “\(user)” gave no credential: \(reason)",
            remedy: "run it by hand and see why"
        )
    }
}
