internal import KubernetesObjects

/// A role that a token of another identity provider may take on, such as a service account's in EKS.
struct AWSWebIdentity: Equatable, Sendable {
    let role: String
    let tokenFile: String
    let sessionName: String?

    /// Exchanges the token for keys of some hours. The token goes in the body, so that no log of addresses shows it.
    ///
    /// - Parameter isPatient: whether it is tried again and again, which may take minutes.
    func credentials(
        region: String,
        environment: StoreEnvironment,
        exchange: WebExchange,
        isPatient: Bool = true
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
        return try Self.read(try send(request, address, environment, exchange, isPatient), role: role)
    }

    /// As patient as with the store, where there are no keys: nobody could even begin.
    private func send(
        _ request: WebRequest,
        _ address: WebAddress,
        _ environment: StoreEnvironment,
        _ exchange: WebExchange,
        _ isPatient: Bool
    ) throws(LifeboatError) -> WebAnswer {
        let policy = S3RetryPolicy()
        var attempt = 0
        while true {
            attempt += 1
            let jitter = Double(environment.random(1).first ?? 0) / 256
            do throws(WebFailure) {
                let answer = try exchange(request)
                // The code of STS when it could not ask who has given the token out.
                let isTransient =
                    answer.status == 429 || answer.status >= 500 || Self.code(answer) == "IDPCommunicationError"
                guard isPatient, isTransient, let pause = policy.pause(after: answer, attempt: attempt, jitter: jitter)
                else {
                    return answer
                }
                environment.pause(pause)
            } catch {
                guard isPatient, let pause = policy.pause(after: error, attempt: attempt, jitter: jitter) else {
                    throw LifeboatError(
                        error.kind == .tls ? .storeTLS : .storeUnreachable,
                        "STS at \(address.authority) cannot be reached: \(error.message)",
                        remedy: "check the network, and AWS_REGION, which says where STS is"
                    )
                }
                environment.pause(pause)
            }
        }
    }

    private static func code(_ answer: WebAnswer) -> String? {
        XMLReader.read(answer.body)?.child("Error")?["Code"]
    }

    private static func read(_ answer: WebAnswer, role: String) throws(LifeboatError) -> AWSCredentials {
        let root = XMLReader.read(answer.body)
        guard answer.status == 200 else {
            let code = code(answer) ?? "HTTP \(answer.status)"
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
