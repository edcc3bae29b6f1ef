import KubernetesObjects

/// Whether sealed values can still be opened.
enum SealedSecretChecks {
    /// Every SealedSecret opens offline with the sealing keys that are there, and gives what its Secret holds.
    static let unseal: ReadinessBuiltin = { context throws(UnreadableKind) in
        let sealed = try context.inventory.objects(.sealedSecret)
        guard !sealed.isEmpty else { return .notApplicable("there are no SealedSecrets") }
        var result = Examination()
        var keys: [SealingKey] = []
        for secret in try context.inventory.objects(.secret) where SealingKey.isSealingKey(secret) {
            result.examined += 1
            do throws(SealingKey.Malformed) {
                let key = try SealingKey(of: secret)
                if !key.matchesCertificate {
                    result.fail(key.identity, "its certificate is of another key: new values could never be opened", at: "/data/tls.crt")
                }
                keys.append(key)
            } catch {
                // One malformed active key stops the controller, and with it every SealedSecret.
                result.fail(ObjectIdentity(of: secret), "is no usable sealing key: \(error.reason)", at: "/data/tls.key")
            }
        }
        guard !keys.isEmpty else {
            result.examined = sealed.count
            result.fail(nil, "\(sealed.count) SealedSecrets exist and no sealing key: none can ever be opened", at: "/keys")
            return result
        }
        let proof = SealedSecretProof(keys: keys)
        var opened: [String: Int] = [:]
        for object in sealed {
            let live = try context.inventory.object(.secret, namespace: object.objectNamespace, name: object.objectName)
            for (name, answer) in proof.prove(object, live: live) {
                result.examined += 1
                let path = JSONPointer(["spec", "encryptedData", name]).description
                if case .opens(let fingerprint, _) = answer { opened[fingerprint, default: 0] += 1 }
                report(answer, ObjectIdentity(of: object), path, &result)
            }
        }
        result.evidence = opened.sorted { $0.key < $1.key }.map { "\($0.value) values open with the key \($0.key)" }
        return result
    }

    private static func report(
        _ answer: SealedSecretProof.Answer,
        _ identity: ObjectIdentity?,
        _ path: String,
        _ result: inout Examination
    ) {
        switch answer {
        case .opens(_, .matches): break
        case .opens(_, .absent): result.warn(identity, "opens, but its Secret does not exist", at: path)
        case .opens(_, .differs): result.fail(identity, "opens to another value than its Secret holds", at: path)
        case .opensWithInactiveKey(let fingerprint):
            result.fail(identity, "opens only with \(fingerprint), which is not active: the controller will not load it", at: path)
        case .wrongScope(let scope):
            result.fail(identity, "was sealed with the \(scope) scope, which its annotations do not say", at: path)
        case .noKey: result.fail(identity, "no sealing key opens it", at: path)
        case .malformed(let reason): result.fail(identity, "cannot be opened: \(reason)", at: path)
        }
    }
}
