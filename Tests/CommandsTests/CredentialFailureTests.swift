import Crypto
import FoundationEssentials
import KubernetesAPI
import KubernetesObjects
import SwiftASN1
import TestSupport
import Testing
import X509

/// Credentials that are over, and identities that may not do everything.
@Suite("The program with a credential that does not suffice")
struct CredentialFailureTests {
    @Test func `an expired client certificate is named with its date before anything is asked`() async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let kubeconfig = try Kubeconfigs.write(try Self.kubeconfigWithExpiredCertificate())
        defer { try? FileManager.default.removeItem(atPath: kubeconfig) }
        program.kubeconfig = kubeconfig
        #expect(try await program.run("init").status == 0)
        let run = try await program.run("backup")
        #expect(run.status == 1)
        #expect(run.code == "kubeconfig.certificate-expired", "\(run.errors)")
        #expect(run.errors.contains("2020-01-02"))
    }

    @Test(.enabled(if: RealParts.kubeconfig != nil, "LIFEBOAT_TEST_KUBECONFIG names no control plane"))
    func `a resource that may not be read is named, and the rest is kept with the status 3`() async throws {
        var program = try LifeboatProgram()
        defer { program.remove() }
        let token = try await Self.tokenThatReadsNoSecrets()
        let path = try #require(RealParts.kubeconfig)
        let administrator = try YAMLDocuments.parse(String(contentsOfFile: path, encoding: .utf8), source: path)
        let cluster = try #require(administrator.first?["clusters"]?.array?.first?["cluster"])
        let kubeconfig = try Kubeconfigs.write(
            """
            apiVersion: v1
            kind: Config
            clusters:
            - name: a
              cluster:
                server: \(cluster["server"]?.string ?? "")
                certificate-authority-data: \(cluster["certificate-authority-data"]?.string ?? "")
            users: [{name: a, user: {token: "\(token)"}}]
            contexts: [{name: a, context: {cluster: a, user: a}}]
            current-context: a
            """
        )
        defer { try? FileManager.default.removeItem(atPath: kubeconfig) }
        program.kubeconfig = kubeconfig
        #expect(try await program.run("init").status == 0)
        let run = try await program.run("backup")
        #expect(run.status == 3, "\(run.errors)")
        let incomplete = try #require(try run.json["incomplete"]?.array)
        #expect(incomplete.contains { $0["resource"]?.string == "secrets" })
        #expect(!run.output.contains(token) && !run.errors.contains(token))
        let check = try await program.run("check", "--read-data")
        #expect(check.status == 0)
    }

    private static func kubeconfigWithExpiredCertificate() throws -> String {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("admin") }
        let begin = 1_577_836_800.0
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: Date(timeIntervalSince1970: begin),
            notValidAfter: Date(timeIntervalSince1970: begin + 86_400),
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {},
            issuerPrivateKey: Certificate.PrivateKey(key)
        )
        func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
        return """
            apiVersion: v1
            kind: Config
            clusters: [{name: a, cluster: {server: "https://127.0.0.1:1"}}]
            users:
            - name: a
              user:
                client-certificate-data: \(base64(try certificate.serializeAsPEM().pemString))
                client-key-data: \(base64(key.pemRepresentation))
            contexts: [{name: a, context: {cluster: a, user: a}}]
            current-context: a
            """
    }

    /// A token of an account that may get and list everything but Secrets.
    private static func tokenThatReadsNoSecrets() async throws -> String {
        let client = try await TestCluster.controlPlane.client()
        let name = "reader-\(UUID().uuidString.lowercased())"
        let discovery = try await client.discover()
        func create(_ path: String, _ object: JSONValue) async throws -> JSONValue {
            try JSONValue(
                parsing: try await client.raw(
                    method: "POST",
                    path: path,
                    body: object.encoded(),
                    contentType: "application/json"
                )
            )
        }
        let core = Set(discovery.resources.filter { $0.group.isEmpty }.map(\.resource)).subtracting(["secrets"])
        let groups = Set(discovery.resources.map(\.group)).subtracting([""])
        let verbs: JSONValue = ["get", "list"]
        let everything: JSONValue = ["*"]
        var coreRule: JSONValue = ["apiGroups": [""], "verbs": verbs]
        coreRule["resources"] = .array(core.sorted().map { .string($0) })
        var groupRule: JSONValue = ["resources": everything, "verbs": verbs]
        groupRule["apiGroups"] = .array(groups.sorted().map { .string($0) })
        let subject: JSONValue = ["kind": "ServiceAccount", "name": .string(name), "namespace": "default"]
        let accounts = "/api/v1/namespaces/default/serviceaccounts"
        _ = try await create(
            accounts,
            ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": .string(name)]]
        )
        let rbac = "/apis/rbac.authorization.k8s.io/v1"
        _ = try await create(
            "\(rbac)/clusterroles",
            [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
                "metadata": ["name": .string(name)],
                "rules": [coreRule, groupRule],
            ]
        )
        _ = try await create(
            "\(rbac)/clusterrolebindings",
            [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
                "metadata": ["name": .string(name)],
                "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(name)],
                "subjects": [subject],
            ]
        )
        let request: JSONValue = [
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": ["audiences": []],
        ]
        let answer = try await create("\(accounts)/\(name)/token", request)
        return try #require(answer["status", "token"]?.string)
    }
}
