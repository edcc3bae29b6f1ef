internal import KubernetesObjects

/// The merged content of one or more kubeconfig files.
///
/// As kubectl merges them: the first file that sets a name or a value wins, and relative paths are relative to the file that has them
/// (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files).
struct Kubeconfig {
    /// One named entry and the folder of the file that it is from.
    struct Entry {
        let value: JSONValue
        let folder: String
        let file: String
    }

    private var clusters: [String: Entry] = [:]
    private var users: [String: Entry] = [:]
    private var contexts: [String: Entry] = [:]
    private var currentContext = ""
    private let files: [String]

    /// - Parameter isExplicit: a file that was named on the command line must exist; one in KUBECONFIG may be missing.
    static func load(_ files: [String], isExplicit: Bool) throws(LifeboatError) -> Kubeconfig {
        var result = Kubeconfig(files: files)
        var found = false
        for file in files where isExplicit || LocalFile.exists(file) {
            found = true
            guard let text = String(validating: try LocalFile.read(file), as: UTF8.self) else {
                throw LifeboatError(.kubeconfigInvalid, "\(file) is not UTF-8 text")
            }
            guard let document = try parse(text, file: file) else { continue }
            result.merge(document, file: file)
        }
        guard found else {
            throw LifeboatError(
                .kubeconfigNotFound,
                "no kubeconfig is at \(files.joined(separator: ", "))",
                remedy: "set KUBECONFIG or give --kubeconfig"
            )
        }
        return result
    }

    private init(files: [String]) { self.files = files }

    /// The parser's error quotes the line that is wrong, which may be the one with the token: only its first line is kept.
    private static func parse(_ text: String, file: String) throws(LifeboatError) -> JSONValue? {
        do throws(LifeboatError) {
            guard let document = try YAMLDocuments.parse(text, source: file).first else { return nil }
            guard document.object != nil else {
                throw LifeboatError(.kubeconfigInvalid, "\(file) is no kubeconfig")
            }
            return document
        } catch {
            let place = error.message.prefix { !$0.isNewline }
            throw LifeboatError(
                .kubeconfigInvalid,
                String(place),
                remedy: "correct the file, or remove it from KUBECONFIG"
            )
        }
    }

    private mutating func merge(_ document: JSONValue, file: String) {
        let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
        func add(_ section: String, _ field: String, to entries: inout [String: Entry]) {
            for item in document[section]?.array ?? [] {
                guard let name = item["name"]?.string, entries[name] == nil else { continue }
                entries[name] = Entry(value: item[field] ?? .object(JSONObject()), folder: folder, file: file)
            }
        }
        add("clusters", "cluster", to: &clusters)
        add("users", "user", to: &users)
        add("contexts", "context", to: &contexts)
        if currentContext.isEmpty { currentContext = document["current-context"]?.string ?? "" }
    }

    /// The configuration of a context, the current one when none is named.
    func resolve(context: String?, environment: [String: String]) throws(LifeboatError) -> ClusterConfiguration {
        let name = context ?? currentContext
        guard let chosen = contexts[name]?.value else {
            let known = contexts.keys.sorted().joined(separator: ", ")
            let place = files.joined(separator: ", ")
            throw LifeboatError(
                .contextNotFound,
                name.isEmpty ? "no context is set in \(place)" : "the context “\(name)” is not in \(place)",
                remedy: known.isEmpty ? "check the kubeconfig" : "choose one with --context: \(known)"
            )
        }
        let clusterName = chosen["cluster"]?.string ?? ""
        guard let cluster = clusters[clusterName] else {
            throw LifeboatError(
                .kubeconfigInvalid,
                "context “\(name)”: the cluster “\(clusterName)” is not in the kubeconfig"
            )
        }
        let userName = chosen["user"]?.string ?? ""
        guard let user = users[userName] ?? (userName.isEmpty ? Entry(value: [:], folder: ".", file: "") : nil) else {
            throw LifeboatError(
                .kubeconfigInvalid,
                "context “\(name)”: the user “\(userName)” is not in the kubeconfig"
            )
        }
        let server = try address(cluster, name: clusterName)
        let skips = cluster.value["insecure-skip-tls-verify"]?.bool ?? false
        let authority = try material("certificate-authority", in: cluster)
        return ClusterConfiguration(
            contextName: name,
            clusterName: clusterName,
            server: server,
            namespace: chosen["namespace"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "default",
            warnings: Self.warnings(server, skipsVerification: skips),
            certificateAuthority: skips ? nil : authority,
            skipsVerification: skips,
            tlsServerName: cluster.value["tls-server-name"]?.string.flatMap { $0.isEmpty ? nil : $0 },
            proxy: cluster.value["proxy-url"]?.string ?? ProxyEnvironment.proxy(of: server, environment: environment),
            clientCertificate: try clientCertificate(user, name: userName),
            token: try token(
                user,
                name: userName,
                cluster: cluster.value,
                authority: authority,
                environment: environment
            ),
            impersonationHeaders: Self.impersonation(user.value)
        )
    }

    private func address(_ cluster: Entry, name: String) throws(LifeboatError) -> String {
        guard let server = cluster.value["server"]?.string, let address = ServerAddress(url: server) else {
            throw LifeboatError(.kubeconfigInvalid, "the cluster “\(name)” has no server with an http or https URL")
        }
        guard !address.hasUserInformation else { throw Self.basicAuthentication("the server of cluster “\(name)”") }
        return server.hasSuffix("/") ? String(server.dropLast()) : server
    }

    private static func basicAuthentication(_ place: String) -> LifeboatError {
        LifeboatError(
            .credentialUnsupported,
            "\(place) has basic auth, which Kubernetes no longer knows since 1.19",
            remedy: "use a client certificate, a token or an exec plugin"
        )
    }

    private static func warnings(_ server: String, skipsVerification: Bool) -> [String] {
        if let address = ServerAddress(url: server), address.scheme == "http" {
            return address.isLoopback
                ? [] : ["\(server) is not encrypted: anybody in between can read along, credentials included"]
        }
        return skipsVerification
            ? [
                "the certificate of \(server) is not verified (insecure-skip-tls-verify): anybody in between can read along"
            ] : []
    }

    private func clientCertificate(_ user: Entry, name: String) throws(LifeboatError) -> ClientCertificate? {
        let certificate = try material("client-certificate", in: user)
        let key = try material("client-key", in: user)
        if let certificate, let key { return ClientCertificate(certificate: certificate, key: key) }
        guard certificate == nil, key == nil else {
            throw LifeboatError(
                .kubeconfigInvalid,
                "the user “\(name)” has a client certificate or a key, but not both"
            )
        }
        return nil
    }

    /// As kubectl: the token file before the token, and a plugin only where neither is.
    private func token(
        _ user: Entry,
        name: String,
        cluster: JSONValue,
        authority: [UInt8]?,
        environment: [String: String]
    ) throws(LifeboatError) -> TokenSource {
        if user.value["username"] != nil || user.value["password"] != nil {
            throw Self.basicAuthentication("the user “\(name)”")
        }
        if let provider = user.value["auth-provider"] {
            throw LifeboatError(
                .credentialUnsupported,
                "the user “\(name)” has the legacy auth-provider “\(provider["name"]?.string ?? "")”, which kubectl dropped in 1.26",
                remedy: "use the exec plugin of your provider"
            )
        }
        if let path = user.value["tokenFile"]?.string, !path.isEmpty { return .file(Self.absolute(path, user.folder)) }
        if let token = user.value["token"] {
            // A token of digits only is a number in YAML.
            if case .number(let lexeme) = token { return .token(lexeme) }
            if let token = token.string, !token.isEmpty { return .token(token) }
        }
        guard let exec = user.value["exec"], !exec.isNull else { return .none }
        return .plugin(
            try ExecPlugin(
                exec,
                user: name,
                folder: user.folder,
                cluster: cluster,
                authority: authority,
                environment: environment
            )
        )
    }

    /// `NAME-data` in base64, else the file of `NAME`.
    private func material(_ name: String, in entry: Entry) throws(LifeboatError) -> [UInt8]? {
        if let text = entry.value["\(name)-data"]?.string, !text.isEmpty {
            guard let bytes = Base64.decode(text) else {
                throw LifeboatError(.kubeconfigInvalid, "\(entry.file): \(name)-data is not valid base64")
            }
            return bytes
        }
        guard let path = entry.value[name]?.string, !path.isEmpty else { return nil }
        return try LocalFile.read(Self.absolute(path, entry.folder))
    }

    private static func absolute(_ path: String, _ folder: String) -> String {
        path.hasPrefix("/") ? path : "\(folder)/\(path)"
    }

    private static func impersonation(_ user: JSONValue) -> [(String, String)] {
        var headers: [(String, String)] = []
        if let name = user["as"]?.string { headers.append(("Impersonate-User", name)) }
        if let identifier = user["as-uid"]?.string { headers.append(("Impersonate-Uid", identifier)) }
        for group in user["as-groups"]?.array?.compactMap(\.string) ?? [] {
            headers.append(("Impersonate-Group", group))
        }
        for extra in user["as-user-extra"]?.object?.members ?? [] {
            for value in extra.value.array?.compactMap(\.string) ?? [] {
                headers.append(("Impersonate-Extra-\(URLText.escape(extra.key))", value))
            }
        }
        return headers
    }
}
