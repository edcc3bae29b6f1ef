import KubernetesObjects
import Synchronization
import TestSupport
import Testing

@testable import KubernetesAPI

@Suite final class `Credentials`: Sendable {
    private let folder: TemporaryFolder
    private let clock = Mutex(Timestamp(secondsSince1970: 1_800_000_000))

    init() throws { folder = try TemporaryFolder() }

    /// A plugin that counts its runs in a file and prints a document.
    private func plugin(_ document: String, exit: Int = 0, more: String = "") throws -> String {
        let script = """
            #!/bin/sh
            echo run >> "$COUNT_FILE"
            printf '%s' "$KUBERNETES_EXEC_INFO" > "$COUNT_FILE.info"
            printf '%s' "$*" > "$COUNT_FILE.arguments"
            echo s3cret-on-standard-error >&2
            cat <<'DOCUMENT'
            \(document)
            DOCUMENT
            exit \(exit)
            """
        try folder.write("bin/plugin", script, permissions: 0o700)
        return """
            clusters: [{name: c, cluster: {server: "https://one", certificate-authority-data: Y2E=, extensions: \
            [{name: client.authentication.k8s.io/exec, extension: {audience: x}}]}}]
            users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/plugin, \
            args: [get, token], env: [{name: COUNT_FILE, value: "\(folder.path)/count"}], interactiveMode: Never, \
            installHint: install it from the shelf\(more)}}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """
    }

    private func source(_ kubeconfig: String) throws -> CredentialSource {
        let configuration = try ClusterConfiguration.load(
            environment: ["PATH": "/usr/bin:/bin"],
            path: try folder.write("config", kubeconfig)
        )
        return CredentialSource(
            configuration,
            now: { [self] in clock.withLock { $0 } },
            sleep: { _ in for await _ in AsyncStream<Void>.makeStream().stream {} }
        )
    }

    private var runs: Int { (try? folder.read("count").split(separator: "\n").count) ?? 0 }

    private static func answer(_ status: String, apiVersion: String = "v1") -> String {
        #"{"apiVersion":"client.authentication.k8s.io/\#(apiVersion)","kind":"ExecCredential","status":{\#(status)}}"#
    }

    @Test func `a plugin runs once for many requests, and again when its credential expires`() async throws {
        let source = try source(
            try plugin(Self.answer(#""token":"t","expirationTimestamp":"2027-01-15T09:00:00Z""#))
        )
        try await withThrowingTaskGroup(of: Credential.self) { group in
            for _ in 0..<20 { group.addTask { try await source.current() } }
            for try await credential in group { #expect(credential == Credential(token: "t")) }
        }
        #expect(runs == 1)
        clock.withLock { $0 = Timestamp(secondsSince1970: 1_800_003_595) }
        #expect(try await source.current().token == "t")
        #expect(runs == 2)
        #expect(try folder.read("count.arguments") == "get token")
    }

    @Test func `a plugin may give a certificate`() async throws {
        let source = try source(
            try plugin(Self.answer(#""clientCertificateData":"cert","clientKeyData":"key""#))
        )
        let credential = try await source.current()
        #expect(
            credential.clientCertificate == ClientCertificate(certificate: Array("cert".utf8), key: Array("key".utf8))
        )
        #expect(credential.token == nil)
        _ = try await source.current()
        #expect(runs == 1)
        #expect(source.forget())
        _ = try await source.current()
        #expect(runs == 2)
    }

    @Test func `a plugin learns about the cluster when it asks for it`() async throws {
        _ = try await source(try plugin(Self.answer(#""token":"t""#), more: ", provideClusterInfo: true")).current()
        let information = try JSONValue(parsing: try folder.read("count.info"))
        #expect(information["spec", "interactive"] == false)
        #expect(information["spec", "cluster", "server"] == "https://one")
        #expect(information["spec", "cluster", "certificate-authority-data"] == "Y2E=")
        #expect(information["spec", "cluster", "config", "audience"] == "x")
        _ = try await source(try plugin(Self.answer(#""token":"t""#))).current()
        #expect(try JSONValue(parsing: try folder.read("count.info"))["spec", "cluster"] == nil)
    }

    @Test(arguments: [
        ("no document s3cret", 0, "no ExecCredential"),
        (answer(#""token":"s3cret""#, apiVersion: "v1beta1"), 0, "apiVersion"),
        (answer(#""token":"""#), 0, "neither"), (answer(#""token":"s3cret""#), 3, "ended with"),
        (answer(#""token":"s3cret","expirationTimestamp":"soon""#), 0, "no time"),
    ])
    func `a plugin that fails is named, and nothing of what it printed`(
        document: String,
        exit: Int,
        reason: String
    ) async throws {
        let source = try source(try plugin(document, exit: exit))
        let error = await #expect(throws: LifeboatError.self) { try await source.current() }
        #expect(error?.code == .credentialPluginFailed)
        #expect(error?.message.contains(reason) ?? false)
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test func `a plugin that is not there comes with its hint`() async throws {
        let kubeconfig = try plugin("").replacing("./bin/plugin", with: "no-such-plugin")
        let error = await #expect(throws: LifeboatError.self) { try await source(kubeconfig).current() }
        #expect(error?.message.contains("install it from the shelf") ?? false)
    }

    @Test func `a token file is read again when it changes`() async throws {
        let path = try folder.write("token", "first\n")
        let source = CredentialSource(
            .stub("https://one", token: .file(path)),
            now: { [self] in clock.withLock { $0 } }
        ) { _ in
        }
        #expect(try await source.current().token == "first")
        try folder.write("token", "second token")
        #expect(try await source.current().token == "second token")
        try folder.write("token", " \n")
        await #expect(throws: LifeboatError.self) { try await source.current() }
    }

    @Test func `a client certificate that is over is named with its date before anything is sent`() throws {
        let client = ClientCertificate(certificate: Array(Self.certificate.utf8), key: [])
        var options = ClusterClientOptions()
        options.now = { Timestamp(secondsSince1970: 1_800_000_000) }
        let error = #expect(throws: LifeboatError.self) {
            try ClusterClient(.stub("https://one", clientCertificate: client), options: options)
        }
        #expect(error?.code == .certificateExpired)
        #expect(error?.message == "the client certificate of context “stub” expired at 2026-11-24T04:18:44Z")
        options.now = { Timestamp(secondsSince1970: 1_795_402_273) }
        _ = try ClusterClient(.stub("https://one", clientCertificate: client), options: options)
    }

    /// Self-signed, made for this test, its key thrown away; good until 2026-11-24.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBfTCCASOgAwIBAgIUdFFxA/AomxqXkw8B6qnEKrhZXeUwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJb2xkLWFkbWluMB4XDTI2MTEyMzA0MTg0NFoXDTI2MTEyNDA0
        MTg0NFowFDESMBAGA1UEAwwJb2xkLWFkbWluMFkwEwYHKoZIzj0CAQYIKoZIzj0D
        AQcDQgAEkgPlmCQaGw3LlNPmrsMUW5RnrRIPXR0PQ0gqZ799UgRx6PkZqIf89Vb3
        XNOCIwC0PGtiJWfW3TRWu31VD+DAMqNTMFEwHQYDVR0OBBYEFITIHIIYUrL10QI2
        E+P1hS3xF1GAMB8GA1UdIwQYMBaAFITIHIIYUrL10QI2E+P1hS3xF1GAMA8GA1Ud
        EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAMuQYVjxlZDfsRKHNCjxBI+z
        h69i8gtiWzH4IXryTz5MAiAPsosR8lbf15SfRIgPrWon5A2Hw7m/p9oyAiJUEw4V
        RQ==
        -----END CERTIFICATE-----
        """
}
