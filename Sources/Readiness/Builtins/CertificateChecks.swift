import KubernetesObjects

/// Whether TLS Secrets can be served.
enum CertificateChecks {
    /// Every TLS Secret has a certificate that parses, is of its key and has not expired.
    /// Parameters: `failWithinDays` (0), `warnWithinDays` (30).
    static let certificatesValid: ReadinessBuiltin = { context throws(UnreadableKind) in
        var result = Examination()
        let failing = Int64(context.number("failWithinDays", default: 0)) * 86_400
        let warning = Int64(context.number("warnWithinDays", default: 30)) * 86_400
        for secret in try context.inventory.objects(.secret) where secret["type"]?.string == "kubernetes.io/tls" {
            result.examined += 1
            let identity = ObjectIdentity(of: secret)
            do throws(TLSPair.Malformed) {
                let pair = try TLSPair(of: secret)
                if !pair.isOfKey { result.fail(identity, "its certificate is of another key", at: "/data/tls.crt") }
                let left = pair.expires - context.now
                // A sealing key goes on opening values after its certificate has expired.
                let level = SealingKey.isSealingKey(secret) ? Finding.Level.warning : .failure
                if left <= failing {
                    let text = left < 0 ? "its certificate expired at \(pair.expires)" : "its certificate expires at \(pair.expires)"
                    result.findings.append(Finding(level, identity, text, path: "/data/tls.crt"))
                } else if left <= warning {
                    result.warn(identity, "its certificate expires at \(pair.expires)", at: "/data/tls.crt")
                }
            } catch {
                result.fail(identity, error.reason, at: "/data/\(error.field)")
            }
        }
        return result
    }
}
