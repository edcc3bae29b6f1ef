internal import KubernetesObjects

/// What the environment and the shared files of AWS say: the settings of the profile in use.
struct AWSSettings: Sendable {
    let profileName: String
    /// Config and credentials of the profile; those of the credentials file win.
    let profile: [String: String]
    private let environment: StoreEnvironment
    private let namesProfile: Bool

    /// - Parameter profile: the profile that the location names, which wins over the environment's.
    init(_ environment: StoreEnvironment, profile named: String?) throws(LifeboatError) {
        self.environment = environment
        namesProfile = named != nil
        let asked = named ?? environment.value("AWS_PROFILE")
        let profileName = asked ?? "default"
        self.profileName = profileName
        let home = environment.value("HOME") ?? ""
        let paths = [
            environment.value("AWS_CONFIG_FILE") ?? "\(home)/.aws/config",
            environment.value("AWS_SHARED_CREDENTIALS_FILE") ?? "\(home)/.aws/credentials",
        ]
        var settings: [String: String]?
        for path in paths {
            guard let found = environment.text(path).flatMap({ AWSConfigFile($0).profile(profileName) }) else {
                continue
            }
            settings = (settings ?? [:]).merging(found) { _, last in last }
        }
        if let asked, settings == nil {
            throw LifeboatError(
                .storeCredentials,
                "no profile “\(asked)” is in \(paths.joined(separator: " or "))",
                remedy: "correct AWS_PROFILE or the profile option of the repository"
            )
        }
        self.profile = settings ?? [:]
    }

    var region: String? {
        environment.value("AWS_REGION") ?? environment.value("AWS_DEFAULT_REGION") ?? value("region")
    }

    var endpoint: String? {
        environment.value("AWS_ENDPOINT_URL_S3") ?? environment.value("AWS_ENDPOINT_URL") ?? value("endpoint_url")
    }

    var authorityFile: String? { environment.value("AWS_CA_BUNDLE") ?? value("ca_bundle") }

    /// Where credentials come from. Keys of the environment win, unless the location names a profile.
    func credentialSource() throws(LifeboatError) -> AWSCredentialSource {
        if !namesProfile, let keys = try environmentKeys() { return .keys(keys) }
        if !namesProfile, let identity = webIdentity(role: "AWS_ROLE_ARN", file: "AWS_WEB_IDENTITY_TOKEN_FILE") {
            return .webIdentity(identity)
        }
        if let id = value("aws_access_key_id"), let secret = value("aws_secret_access_key") {
            let token = value("aws_session_token")
            return .keys(AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token))
        }
        if let role = value("role_arn"), let file = value("web_identity_token_file") {
            return .webIdentity(AWSWebIdentity(role: role, tokenFile: file, sessionName: value("role_session_name")))
        }
        if let other = ["credential_process", "source_profile", "sso_session", "sso_start_url"].first(where: {
            value($0) != nil
        }) {
            throw Self.missing(
                "the profile “\(profileName)” gets its keys by \(other), which this version does not follow"
            )
        }
        throw Self.missing("no credential for the object storage was found")
    }

    private func environmentKeys() throws(LifeboatError) -> AWSCredentials? {
        let id = environment.value("AWS_ACCESS_KEY_ID")
        let secret = environment.value("AWS_SECRET_ACCESS_KEY")
        guard (id == nil) == (secret == nil) else {
            throw Self.missing("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set")
        }
        guard let id, let secret else { return nil }
        return AWSCredentials(
            accessKeyID: id,
            secretAccessKey: secret,
            sessionToken: environment.value("AWS_SESSION_TOKEN")
        )
    }

    private func webIdentity(role: String, file: String) -> AWSWebIdentity? {
        guard let role = environment.value(role), let file = environment.value(file) else { return nil }
        return AWSWebIdentity(role: role, tokenFile: file, sessionName: environment.value("AWS_ROLE_SESSION_NAME"))
    }

    private func value(_ name: String) -> String? { profile[name].flatMap { $0.isEmpty ? nil : $0 } }

    private static func missing(_ message: String) -> LifeboatError {
        LifeboatError(
            .storeCredentials,
            message,
            remedy:
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or AWS_ROLE_ARN with AWS_WEB_IDENTITY_TOKEN_FILE"
        )
    }
}

/// Keys that are there, or a token that is exchanged for some.
enum AWSCredentialSource: Sendable {
    case keys(AWSCredentials)
    case webIdentity(AWSWebIdentity)
}
