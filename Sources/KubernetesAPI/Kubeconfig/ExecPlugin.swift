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
        let name = document["command"]?.string ?? ""
        // As kubectl: a command with a slash is relative to the file, one without is looked up in PATH.
        command = name.contains("/") && !name.hasPrefix("/") ? "\(folder)/\(name)" : name
        arguments = document["args"]?.array?.compactMap(\.string) ?? []
        variables = (document["env"]?.array ?? []).compactMap { entry in
            entry["name"]?.string.map { ($0, entry["value"]?.string ?? "") }
        }
        installHint = document["installHint"]?.string ?? ""
        self.user = user
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

    /// Runs the plugin. Its standard error is never shown: it may hold a secret.
    func run() async throws -> Answer {
        var updates: [Subprocess.Environment.Key: String?] = [:]
        for (name, value) in variables + [("KUBERNETES_EXEC_INFO", String(decoding: information, as: UTF8.self))] {
            if let key = Subprocess.Environment.Key(rawValue: name) { updates[key] = value }
        }
        let executable: Executable = command.contains("/") ? .path(FilePath(command)) : .name(command)
        let output: String
        do {
            let result = try await Subprocess.run(
                executable,
                arguments: Arguments(arguments),
                environment: .inherit.updating(updates),
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
        return try read(output)
    }

    private func read(_ output: String) throws(LifeboatError) -> Answer {
        guard let document = try? JSONValue(parsing: output), document["kind"]?.string == "ExecCredential" else {
            throw failure("its answer is no ExecCredential")
        }
        guard document["apiVersion"]?.string == apiVersion else {
            throw failure("it answers in another apiVersion than \(apiVersion)")
        }
        let status = document["status"]
        let token = status?["token"]?.string
        var credential = Credential(token: token)
        if let certificate = status?["clientCertificateData"]?.string, let key = status?["clientKeyData"]?.string {
            credential.clientCertificate = ClientCertificate(certificate: Array(certificate.utf8), key: Array(key.utf8))
        }
        guard credential.token != nil || credential.clientCertificate != nil else {
            throw failure("its answer holds neither a token nor a certificate")
        }
        let expiry = try status?["expirationTimestamp"]?.string.map(Self.time)
        return Answer(credential: credential, expiresAt: expiry)
    }

    private static func time(_ text: String) throws(LifeboatError) -> Timestamp { try Timestamp(parsing: text) }

    private func failure(_ reason: String) -> LifeboatError {
        LifeboatError(
            .credentialPluginFailed,
            "the credential plugin “\(command)” of user “\(user)” gave no credential: \(reason)",
            remedy: "run it by hand and see why"
        )
    }
}
