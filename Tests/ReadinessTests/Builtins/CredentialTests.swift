import FoundationEssentials
import KubernetesObjects
import Testing

@testable import Readiness

@Suite struct `The form of a credential` {
    private static let tail = String(repeating: "Z", count: 20)

    @Test(arguments: [
        ("AK" + "IA", "an AWS access key"), ("gl" + "pat-", "a GitLab token"), ("hv" + "s.", "a Vault token"),
        ("xo" + "xb-", "a Slack token"), ("-----BEGIN " + "EC PRIVATE KEY", "a private key"),
        ("AGE-SECRET" + "-KEY-1", "an age key"),
    ]) func `is known by its beginning, anywhere in a text`(prefix: String, kind: String) {
        #expect(CredentialShape.of(prefix + Self.tail) == kind)
        #expect(CredentialShape.of("key: \(prefix)\(Self.tail)\n") == kind)
        #expect(CredentialShape.of("x\(prefix)\(Self.tail)") == nil)
        #expect(CredentialShape.of(String(prefix.prefix(10))) == nil)
    }

    @Test func `does not hide behind a word that looks alike`() {
        #expect(CredentialShape.of("SLOVAK" + "IA and AK" + "IA\(Self.tail)") == "an AWS access key")
    }

    @Test(arguments: [
        ("DB_PASSWORD", "hunter2", true), ("db_password", "hunter2", true), ("MY_API_KEY", "abcd", true),
        ("DB_PASSWORD", "abc", false), ("DB_PASSWORD", "/run/secret", false), ("DB_PASSWORD", "$(OTHER)", false),
        ("DB_PASSWORD", "vault:secret/db", false), ("PASSWORD_FILE", "hunter2", false), ("MODE", "hunter2", false),
    ]) func `is expected of variables with such names`(name: String, value: String, isSecret: Bool) {
        #expect(CredentialShape.isSecretName(name, value) == isSecret)
    }
}

@Suite struct `The registries of a pull secret` {
    private static func hosts(_ type: String, _ field: String, _ json: String) -> [String]? {
        PullSecret.hosts(of: [
            "type": .string("kubernetes.io/\(type)"),
            "data": .object(
                JSONObject([JSONObject.Member(key: field, value: .string(Data(json.utf8).base64EncodedString()))])
            ),
        ])
    }

    @Test func `are the hosts of its entries`() {
        let text = #"{"auths": {"https://index.docker.io/v1/": {"auth": "x"}, "a.example:5000/team": {"auth": "x"}}}"#
        #expect(Self.hosts("dockerconfigjson", ".dockerconfigjson", text) == ["docker.io", "a.example:5000"])
        let old = #"{"http://a.example": {"username": "u", "password": "p"}}"#
        #expect(Self.hosts("dockercfg", ".dockercfg", old) == ["a.example"])
    }

    @Test func `are none when the Secret is of another type or cannot be read`() {
        #expect(Self.hosts("tls", ".dockerconfigjson", #"{"auths": {}}"#) == nil)
        #expect(Self.hosts("dockerconfigjson", ".dockercfg", #"{"auths": {}}"#) == nil)
        #expect(Self.hosts("dockerconfigjson", ".dockerconfigjson", "no JSON") == nil)
        #expect(Self.hosts("dockerconfigjson", ".dockerconfigjson", #"{"auths": {"a": {"username": "u"}}}"#) == nil)
        #expect(Self.hosts("dockerconfigjson", ".dockerconfigjson", #"{"auths": {}}"#) == [])
    }

    @Test func `may be patterns`() {
        #expect(PullSecret.host("*.example", covers: "a.example") && !PullSecret.host("a.example", covers: "b.example"))
    }
}

@Suite struct `A budget of disruptions` {
    private static func allows(_ spec: String, _ replicas: Int) throws -> Bool {
        ScalingChecks.allowsEviction(try Samples.object("spec: {\(spec)}"), replicas)
    }

    @Test(arguments: [
        ("maxUnavailable: 0", 5, false), ("maxUnavailable: 1", 5, true), ("maxUnavailable: 1%", 2, true),
        ("maxUnavailable: 0%", 5, false), ("minAvailable: 4", 5, true), ("minAvailable: 5", 5, false),
        ("minAvailable: 100%", 5, false), ("minAvailable: 50%", 2, true), ("minAvailable: 51%", 2, false),
        ("x: 1", 5, true),
    ]) func `lets a Pod go or not`(spec: String, replicas: Int, isAllowed: Bool) throws {
        #expect(try Self.allows(spec, replicas) == isAllowed)
    }
}

@Suite struct `Versions that Kubernetes removed` {
    @Test(arguments: [
        ("extensions/v1beta1", "Ingress", "1.22"), ("extensions/v1beta1", "Deployment", "1.16"),
        ("storage.k8s.io/v1beta1", "CSINode", "1.22"), ("storage.k8s.io/v1beta1", "CSIStorageCapacity", "1.27"),
        ("coordination.k8s.io/v1beta1", "Lease", "1.22"), ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.26"),
    ]) func `are known with their release`(version: String, kind: String, release: String) {
        let removal = RemovedVersions.removal(of: GroupVersionKind(apiVersion: version, kind: kind))
        #expect(removal?.release == release && removal?.replacement.isEmpty == false)
    }

    @Test(arguments: [
        ("networking.k8s.io/v1beta1", "ServiceCIDR"), ("storage.k8s.io/v1beta1", "VolumeAttributesClass"),
        ("apps/v1", "Deployment"), ("example.org/v1beta1", "Ingress"),
    ]) func `are not those that only look old`(version: String, kind: String) {
        #expect(RemovedVersions.removal(of: GroupVersionKind(apiVersion: version, kind: kind)) == nil)
    }
}
