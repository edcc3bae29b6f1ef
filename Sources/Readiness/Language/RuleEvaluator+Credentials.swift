import KubernetesObjects
import Policies

extension RuleEvaluator {
    /// Functions of certificates and pull secrets. What they give is public: names, dates and hosts, never a key.
    func credentialFunction(_ function: ExpressionFunction, _ arguments: [RuleValue]) -> RuleValue {
        switch function {
        case .covers:
            guard let host = arguments[1].text, let names = arguments[0].member("dnsNames")?.elements else {
                return .null
            }
            return .bool(CertificateNames.cover(host, names.compactMap(\.text)))
        case .probe:
            guard let kind = arguments[0].text, let target = arguments[1].text,
                let answer = context.probes?[Probe.key(kind, target)]
            else { return .null }
            return .map([
                "ok": .bool(answer.isGood), "problem": .string(answer.problem),
                "addresses": RuleValue(answer.addresses),
            ])
        case .registryHosts:
            guard let secret = arguments[0].json, let hosts = PullSecret.hosts(of: secret) else { return .null }
            return RuleValue(hosts)
        default:
            guard let secret = arguments[0].json, let field = arguments[1].text else { return .null }
            let certificates = CertificateSummary.all(in: secret, field: field)
            if function == .certs { return .list(certificates.map(\.value)) }
            return certificates.first?.value ?? .null
        }
    }
}

extension CertificateSummary {
    /// The certificate as the check language sees it; times in seconds since 1970.
    fileprivate var value: RuleValue {
        .map([
            "notBefore": .int(Int(notBefore.secondsSince1970)), "notAfter": .int(Int(notAfter.secondsSince1970)),
            "dnsNames": RuleValue(dnsNames), "isCA": .bool(isAuthority), "subject": .string(subject),
            "issuer": .string(issuer), "serial": .string(serial), "fingerprint": .string(fingerprint),
            "isSignedByNext": isSignedByNext.map { .bool($0) } ?? .null,
        ])
    }
}
