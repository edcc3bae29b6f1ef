import KubernetesObjects

@testable import Readiness

extension BuiltinCase {
    private static let key = TLSSamples.sealingKey()
    private static let fingerprint = SealedSamples.fingerprint
    private static let token = "SealedSecret.bitnami.com shop/token at /spec/encryptedData/token"

    private static func unseal(_ sentence: String, _ status: CheckStatus, _ objects: String...) -> BuiltinCase {
        BuiltinCase("sealed-secrets-unseal", sentence, status, objects.joined(separator: "\n\n"))
    }

    static let sealedSecrets: [BuiltinCase] = [
        unseal(
            "each scope opens to what its Secret holds",
            .pass,
            key,
            SealedSamples.sealed(),
            SealedSamples.secret("opensesame-strict"),
            SealedSamples.sealed(SealedSamples.namespaceWide, name: "wide", annotation: "namespace-wide"),
            SealedSamples.secret("opensesame-wide", name: "wide"),
            SealedSamples.sealed(SealedSamples.clusterWide, name: "anywhere", annotation: "cluster-wide"),
            SealedSamples.secret("opensesame-cluster", name: "anywhere")
        )
        .evidence("3 values open with the key \(fingerprint)"),
        unseal("its Secret is not there yet", .warn, key, SealedSamples.sealed())
            .finding("warn \(token): opens, but its Secret does not exist"),
        unseal("its Secret is another", .fail, key, SealedSamples.sealed(), SealedSamples.secret("tampered"))
            .finding("fail \(token): opens to another value than its Secret holds"),
        unseal("the sealing keys are lost", .fail, SealedSamples.sealed(), SealedSamples.secret("opensesame-strict"))
            .finding("fail cluster at /keys: 1 SealedSecrets exist and no sealing key: none can ever be opened"),
        unseal(
            "the key was taken out of use",
            .fail,
            TLSSamples.sealingKey(state: "compromised"),
            SealedSamples.sealed(),
            SealedSamples.secret("opensesame-strict")
        )
        .finding(
            "fail \(token): opens only with \(fingerprint), which is not active: the controller will not load it"
        ),
        unseal(
            "an active copy of the key is enough",
            .pass,
            TLSSamples.sealingKey("first", state: "compromised"),
            TLSSamples.sealingKey("second"),
            SealedSamples.sealed(),
            SealedSamples.secret("opensesame-strict")
        ),
        unseal("the object was renamed", .fail, key, SealedSamples.sealed(name: "other"))
            .finding(
                "fail SealedSecret.bitnami.com shop/other at /spec/encryptedData/token: no sealing key opens it"
            ),
        unseal("its scope's annotation was lost", .fail, key, SealedSamples.sealed(SealedSamples.namespaceWide))
            .finding("fail \(token): was sealed with the namespace-wide scope, which its annotations do not say"),
        unseal("a value that is cut off", .fail, key, SealedSamples.sealed("AQAB"))
            .finding("fail \(token): cannot be opened: it is cut off"),
        unseal("a value that is not base64", .fail, key, SealedSamples.sealed("not-base64!"))
            .finding("fail \(token): cannot be opened: it is not base64"),
        unseal(
            "the certificate is of another key",
            .fail,
            TLSSamples.sealingKey(certificate: TLSSamples.certificate),
            SealedSamples.sealed(),
            SealedSamples.secret("opensesame-strict")
        )
        .finding(
            "fail Secret kube-system/sealing at /data/tls.crt: "
                + "its certificate is of another key: new values could never be opened"
        ),
        unseal(
            "a second key is no key",
            .fail,
            key,
            TLSSamples.sealingKey("broken", key: "bm8ga2V5"),
            SealedSamples.sealed(),
            SealedSamples.secret("opensesame-strict")
        )
        .finding(
            "fail Secret kube-system/broken at /data/tls.key: "
                + "is no usable sealing key: its tls.key is no RSA key in PEM"
        ),
        unseal("there is nothing sealed", .skip, key).reason("there are no SealedSecrets"),
        unseal("Secrets that cannot be read", .unknown, SealedSamples.sealed()).unreadable(.secret, "forbidden")
            .reason("Secret could not be read: forbidden"),
    ]
}
