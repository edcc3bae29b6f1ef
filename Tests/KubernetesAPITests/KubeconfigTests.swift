import KubernetesObjects
import Testing

@testable import KubernetesAPI

@Suite struct `Kubeconfig` {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func text(user: String, cluster: String = "server: https://one:6443", more: String = "") -> String {
        """
        clusters: [{name: c, cluster: {\(cluster)}}]
        users: [{name: u, user: {\(user)}}]
        contexts: [{name: x, context: {cluster: c, user: u, namespace: team}}]
        current-context: x
        \(more)
        """
    }

    private func load(_ text: String, environment: [String: String] = [:]) throws -> ClusterConfiguration {
        try ClusterConfiguration.load(environment: environment, path: try folder.write("config", text))
    }

    private func failure(_ text: String) throws -> LifeboatError {
        try #require(throws: LifeboatError.self) { try load(text) }
    }

    @Test func `of several files the first one that has a name or a value wins`() throws {
        let first = try folder.write(
            "a/config",
            """
            clusters: [{name: c, cluster: {server: "https://first:6443/"}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """
        )
        let second = try folder.write(
            "b/config",
            """
            clusters: [{name: c, cluster: {server: "https://second"}}, {name: d, cluster: {server: "https://other"}}]
            users: [{name: u, user: {token: from-second}}]
            contexts: [{name: y, context: {cluster: d, user: u}}]
            current-context: x
            """
        )
        let third = try folder.write("c/config", "current-context: y\nusers: [{name: u, user: {token: from-third}}]")
        let environment = ["KUBECONFIG": "\(first):\(folder.path)/missing:\(second)::\(third)"]
        let configuration = try ClusterConfiguration.load(environment: environment)
        #expect(configuration.contextName == "x")
        #expect(configuration.server == "https://first:6443")
        #expect(configuration.namespace == "default")
        guard case .token("from-second") = configuration.token else {
            Issue.record("the token is \(configuration.token)")
            return
        }
        #expect(try ClusterConfiguration.load(environment: environment, context: "y").server == "https://other")
    }

    @Test func `relative paths are relative to the file that has them`() throws {
        try folder.write("pki/ca.crt", "authority")
        try folder.write("pki/client.crt", "certificate")
        try folder.write("pki/client.key", "key")
        let configuration = try load(
            Self.text(
                user: "client-certificate: pki/client.crt, client-key: pki/client.key, tokenFile: pki/token",
                cluster: "server: https://one, certificate-authority: pki/ca.crt, tls-server-name: name, "
                    + "proxy-url: http://proxy:3128"
            )
        )
        #expect(configuration.certificateAuthority == Array("authority".utf8))
        #expect(configuration.clientCertificate?.certificate == Array("certificate".utf8))
        #expect(configuration.clientCertificate?.key == Array("key".utf8))
        #expect(configuration.tlsServerName == "name")
        #expect(configuration.proxy == "http://proxy:3128")
        guard case .file("\(folder.path)/pki/token") = configuration.token else {
            Issue.record("the token is \(configuration.token)")
            return
        }
    }

    @Test func `data fields go before files`() throws {
        let configuration = try load(
            Self.text(
                user: "token: t",
                cluster: "server: https://one, certificate-authority: missing, certificate-authority-data: Y2E="
            )
        )
        #expect(configuration.certificateAuthority == Array("ca".utf8))
    }

    @Test func `switched-off verification and plain HTTP are warned of`() throws {
        let skips = try load(
            Self.text(user: "token: t", cluster: "server: https://one, insecure-skip-tls-verify: true")
        )
        #expect(skips.skipsVerification)
        #expect(skips.warnings.count == 1)
        #expect(skips.warnings.first?.contains("https://one") ?? false)
        #expect(try load(Self.text(user: "token: t", cluster: "server: http://one")).warnings.count == 1)
        #expect(try load(Self.text(user: "token: t", cluster: "server: http://127.0.0.1:80")).warnings.isEmpty)
        #expect(try load(Self.text(user: "token: t")).warnings.isEmpty)
    }

    @Test func `a token of digits is a token`() throws {
        guard case .token("123456") = try load(Self.text(user: "token: 123456")).token else {
            Issue.record("no token")
            return
        }
    }

    @Test func `a user may act as another`() throws {
        let configuration = try load(
            Self.text(user: "token: t, as: jane, as-uid: u1, as-groups: [a, b], as-user-extra: {Scope: [dev]}")
        )
        #expect(
            configuration.impersonationHeaders.map { "\($0.0)=\($0.1)" } == [
                "Impersonate-User=jane", "Impersonate-Uid=u1", "Impersonate-Group=a", "Impersonate-Group=b",
                "Impersonate-Extra-Scope=dev",
            ]
        )
    }

    @Test(arguments: [
        ("username: admin, password: s3cret", "basic auth", ErrorCode.credentialUnsupported),
        ("auth-provider: {name: gcp, config: {access-token: s3cret}}", "legacy auth-provider", .credentialUnsupported),
        (
            "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: s3cret}", "v1alpha1",
            .credentialUnsupported
        ),
        (
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}", "terminal",
            .credentialUnsupported
        ),
        ("client-certificate-data: czNjcmV0", "not both", .kubeconfigInvalid),
        ("client-certificate-data: 's3cret!', client-key-data: eA==", "base64", .kubeconfigInvalid),
    ])
    func `credentials that cannot be used are refused without being shown`(
        user: String,
        reason: String,
        code: ErrorCode
    ) throws {
        let error = try failure(Self.text(user: user))
        #expect(error.code == code)
        #expect(error.description.contains(reason))
        #expect(!error.description.contains("s3cret"))
    }

    @Test func `a file that is no YAML is named, and the line with the secret is not shown`() throws {
        let error = try failure("users: [{name: u, user: {token: s3cret, : : ]")
        #expect(error.code == .kubeconfigInvalid)
        #expect(error.message.contains("\(folder.path)/config"))
        #expect(!error.description.contains("s3cret"))
    }

    @Test(arguments: ["server: ftp://one", "server: 'https://'", "server: https://one:port", "namespace: x"])
    func `a server that is no URL is refused`(cluster: String) throws {
        #expect(try failure(Self.text(user: "token: t", cluster: cluster)).code == .kubeconfigInvalid)
    }

    @Test func `a URL with a password is refused without being shown`() throws {
        let error = try failure(Self.text(user: "token: t", cluster: "server: https://me:s3cret@one"))
        #expect(error.code == .credentialUnsupported)
        #expect(!error.description.contains("s3cret"))
    }

    @Test func `what a context names must be there`() throws {
        let error = try #require(throws: LifeboatError.self) {
            try ClusterConfiguration.load(
                environment: [:],
                path: try folder.write("config", Self.text(user: "token: t")),
                context: "z"
            )
        }
        #expect(error.code == .contextNotFound)
        #expect(error.remedy.contains("x"))
        let user = "contexts: [{name: x, context: {cluster: c, user: nobody}}]\ncurrent-context: x\n"
        #expect(
            try failure(user + "clusters: [{name: c, cluster: {server: 'https://one'}}]").message.contains("nobody")
        )
        #expect(try failure(user).message.contains("the cluster “c”"))
    }

    @Test func `without a file there is an error that says so`() {
        let missing = "\(folder.path)/none"
        for environment in [["HOME": missing], ["KUBECONFIG": missing], [:]] {
            let error = #expect(throws: LifeboatError.self) { try ClusterConfiguration.load(environment: environment) }
            #expect(error?.code == .kubeconfigNotFound)
        }
        #expect(throws: LifeboatError.self) { try ClusterConfiguration.load(environment: [:], path: missing) }
    }

    @Test func `a pod uses its service account`() throws {
        try folder.write("token", "t\n")
        try folder.write("ca.crt", "ca")
        try folder.write("namespace", "backups")
        let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443"]
        let configuration = try InClusterConfiguration.load(environment: environment, folder: folder.path)
        #expect(configuration.server == "https://[fd00::1]:6443")
        #expect(configuration.namespace == "backups")
        #expect(configuration.certificateAuthority == Array("ca".utf8))
    }

    @Test(arguments: [
        ("https://api.corp:6443", "", "http://proxy"), ("https://api.corp:6443", "corp", nil),
        ("https://api.corp:6443", ".corp", nil), ("https://api.corp:6443", "*.corp", nil),
        ("https://api.corp:6443", "api.corp:443", "http://proxy"), ("https://api.corp:6443", "x, api.corp:6443", nil),
        ("https://10.1.2.3", "10.0.0.0/8", nil), ("https://11.1.2.3", "10.0.0.0/8", "http://proxy"),
        ("https://api.corp", "*", nil), ("https://notcorp", "corp", "http://proxy"), ("https://127.0.0.1:7", "", nil),
        ("http://api.corp", "", nil),
    ])
    func `the environment's proxy is used as kubectl does`(server: String, exceptions: String, proxy: String?) {
        let environment = ["HTTPS_PROXY": "http://proxy", "no_proxy": exceptions]
        #expect(ProxyEnvironment.proxy(of: server, environment: environment) == proxy)
    }
}
