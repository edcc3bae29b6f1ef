import FoundationEssentials
import KubernetesObjects

/// Unseals a SealedSecret offline and compares what comes out with the Secret that stands beside it.
struct SealedSecretProof {
    enum Answer: Equatable {
        /// It opens with an active key; `matches` says whether the live Secret holds the same value.
        case opens(fingerprint: String, live: Live)
        /// It opens with a key that the controller will not load.
        case opensWithInactiveKey(fingerprint: String)
        /// It opens under another scope's label: the scope annotation was lost or the object was renamed.
        case wrongScope(String)
        case noKey
        case malformed(String)
    }

    enum Live: Equatable { case matches, differs, absent }

    /// Active keys first, so that an inactive copy of one hides nothing.
    let keys: [SealingKey]

    init(keys: [SealingKey]) {
        self.keys = keys.filter { $0.state == .active } + keys.filter { $0.state != .active }
    }

    /// The answers of all values of one SealedSecret.
    func prove(_ sealed: JSONValue, live secret: JSONValue?) -> [(key: String, answer: Answer)] {
        let labels = Self.labels(of: sealed)
        return (sealed["spec", "encryptedData"]?.object?.members ?? []).map { member in
            guard let text = member.value.string else { return (member.key, .malformed("it is not a text")) }
            do throws(SealedValue.Malformed) {
                let value = try SealedValue(base64: text)
                return (
                    member.key, answer(value, labels, live: secret?["data", member.key]?.string, hasLive: secret != nil)
                )
            } catch {
                return (member.key, .malformed(error == .notBase64 ? "it is not base64" : "it is cut off"))
            }
        }
    }

    private func answer(
        _ value: SealedValue,
        _ labels: (own: String, others: [(label: String, scope: String)]),
        live: String?,
        hasLive: Bool
    ) -> Answer {
        for key in keys {
            if let opened = value.open(with: key, label: labels.own) {
                guard key.state == .active else { return .opensWithInactiveKey(fingerprint: key.fingerprint) }
                guard hasLive else { return .opens(fingerprint: key.fingerprint, live: .absent) }
                let expected = live.flatMap { Data(base64Encoded: $0) }.map { Array($0) }
                let isSame = expected.map { Self.isEqual($0, opened) } ?? false
                return .opens(fingerprint: key.fingerprint, live: isSame ? .matches : .differs)
            }
        }
        for key in keys {
            for other in labels.others where value.open(with: key, label: other.label) != nil {
                return .wrongScope(other.scope)
            }
        }
        return .noKey
    }

    /// Compares without telling by its time where two values differ.
    static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The label that binds the values by the object's scope, and those of the other scopes.
    static func labels(of sealed: JSONValue) -> (own: String, others: [(label: String, scope: String)]) {
        let scope = SealedSecretScope(of: sealed)
        func label(_ scope: SealedSecretScope) -> String {
            scope.label(namespace: sealed.objectNamespace ?? "", name: sealed.objectName)
        }
        let others = SealedSecretScope.allCases.filter { $0 != scope }.map { (label: label($0), scope: $0.rawValue) }
        return (label(scope), others)
    }
}

/// How far a sealed value may move.
package enum SealedSecretScope: String, CaseIterable, Sendable {
    /// Bound to its namespace and name.
    case strict
    case namespaceWide = "namespace-wide"
    case clusterWide = "cluster-wide"

    /// Reads the annotations as the controller does: only the exact text `true` counts, and cluster-wide wins.
    init(of sealed: JSONValue) {
        func has(_ scope: SealedSecretScope) -> Bool {
            sealed.annotations["sealedsecrets.bitnami.com/\(scope.rawValue)"] == "true"
        }
        self = has(.clusterWide) ? .clusterWide : has(.namespaceWide) ? .namespaceWide : .strict
    }

    /// What the values are bound to.
    func label(namespace: String, name: String) -> String {
        switch self {
        case .strict: "\(namespace)/\(name)"
        case .namespaceWide: namespace
        case .clusterWide: ""
        }
    }
}
