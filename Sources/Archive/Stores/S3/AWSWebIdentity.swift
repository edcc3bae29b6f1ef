internal import KubernetesObjects

/// A role that a token of another identity provider may take on, such as a service account's in EKS.
struct AWSWebIdentity: Equatable, Sendable {
    let role: String
    let tokenFile: String
    let sessionName: String?

    /// Exchanges the token for keys of some hours. The token goes in the body, so that no log of addresses shows it.
    func credentials(
        region: String,
        environment: StoreEnvironment,
        exchange: WebExchange
    ) throws(LifeboatError) -> AWSCredentials {
        guard let text = environment.text(tokenFile), let token = text.split(whereSeparator: \.isWhitespace).first
        else {
            throw Self.failure("the web identity token \(tokenFile) cannot be read")
        }
        let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        let given = environment.value("AWS_ENDPOINT_URL_STS") ?? environment.value("AWS_ENDPOINT_URL")
        let base = given ?? "https://sts.\(region).\(domain)"
        guard let address = WebAddress(parsing: base) else { throw Self.failure("the address of STS cannot be used") }
        let fields = [
            ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", role),
            ("RoleSessionName", sessionName ?? "lifeboat"), ("WebIdentityToken", String(token)),
        ]
        let form = fields.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        let request = WebRequest(
            method: "POST",
            url: "\(address.scheme)://\(address.authority)/",
            headers: [("content-type", "application/x-www-form-urlencoded")],
            body: Array(form.utf8)[...]
        )
        let answer: WebAnswer
        do throws(WebFailure) { answer = try exchange(request) } catch {
            throw LifeboatError(
                error.kind == .tls ? .storeTLS : .storeUnreachable,
                "STS at \(address.authority) cannot be reached: \(error.message)",
                remedy: "check the network, and AWS_REGION, which says where STS is"
            )
        }
        return try Self.read(answer, role: role)
    }

    private static func read(_ answer: WebAnswer, role: String) throws(LifeboatError) -> AWSCredentials {
        let root = XMLReader.read(answer.body)
        guard answer.status == 200 else {
            let code = root?.child("Error")?["Code"] ?? "HTTP \(answer.status)"
            throw failure("STS refuses the web identity token for the role \(role): \(code.prefix(80))")
        }
        guard let keys = root?.child("AssumeRoleWithWebIdentityResult")?.child("Credentials"),
            let id = keys["AccessKeyId"], let secret = keys["SecretAccessKey"], let token = keys["SessionToken"],
            let expiration = keys["Expiration"].flatMap({ try? Timestamp(parsing: $0) })
        else { throw failure("what answers in place of STS is not STS") }
        return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token, expiresAt: expiration)
    }

    private static func failure(_ message: String) -> LifeboatError {
        LifeboatError(
            .storeCredentials,
            message,
            remedy: "check AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE and the trust policy of the role"
        )
    }
}
