import KubernetesObjects
import Policies
import Testing

@testable import Readiness

@Suite struct `The builtins of the checklist` {
    static let cases =
        BuiltinCase.workloads + BuiltinCase.services + BuiltinCase.webhooks + BuiltinCase.apiServices
        + BuiltinCase.removed + BuiltinCase.customResources + BuiltinCase.autoscalers + BuiltinCase.owners
        + BuiltinCase.bindings + BuiltinCase.anonymousGrants + BuiltinCase.wildcardGrants + BuiltinCase.claims
        + BuiltinCase.storageClasses + BuiltinCase.images + BuiltinCase.imageBytes + BuiltinCase.pullSecrets
        + BuiltinCase.ingresses
        + BuiltinCase.certificates + BuiltinCase.networkPolicies + BuiltinCase.references
        + BuiltinCase.disruptionBudgets + BuiltinCase.components + BuiltinCase.componentReplicas
        + BuiltinCase.sealedSecrets + BuiltinCase.plaintext

    @Test(arguments: cases) func `a case ends as it should`(sample: BuiltinCase) throws {
        let outcome = try sample.outcome()
        #expect(outcome.status == sample.status)
        #expect(outcome.findings.map(\.sentence).sorted() == sample.findings.sorted())
        #expect(outcome.reason == sample.reason)
        #expect(outcome.isNotTested == sample.isNotTested)
        if let evidence = sample.evidence { #expect(outcome.evidence == evidence) }
        // Only a check that looked at something may pass or fail.
        #expect(outcome.examined > 0 || ![.pass, .warn].contains(outcome.status))
    }

    @Test(arguments: ReadinessBuiltins.names) func `each has a case that passes and one that does not`(builtin: String)
    {
        let statuses = Set(Self.cases.filter { $0.builtin == builtin }.map(\.status))
        #expect(statuses.contains(.pass), "\(builtin) has no case that passes")
        #expect(!statuses.isDisjoint(with: [.fail, .warn]), "\(builtin) has no case that fails")
    }

    @Test func `cases are of builtins that exist, and no two have one name`() {
        #expect(Set(Self.cases.map(\.builtin)) == Set(ReadinessBuiltins.names))
        #expect(Set(Self.cases.map(\.testDescription)).count == Self.cases.count)
        #expect(Set(ReadinessBuiltins.parameters.keys).isSubset(of: ReadinessBuiltins.names))
    }

    @Test(arguments: cases) func `every finding points at something`(sample: BuiltinCase) throws {
        for finding in try sample.outcome().findings {
            #expect(finding.path.hasPrefix("/"))
            #expect(!finding.message.isEmpty)
        }
    }

    /// Values of Secrets in the cases; base64 and plain.
    private static let secrets =
        ["opensesame", "b3BlbnNlc2FtZ", "hunter2", "dXNlcjpwYXNz", BuiltinCase.fakeToken]
        + [SealedSamples.key, SealedSamples.certificate, TLSSamples.key, SealedSamples.strict].map {
            String($0.prefix(60))
        }

    @Test(arguments: cases) func `no value of a Secret appears in an answer`(sample: BuiltinCase) throws {
        let answer = "\(try sample.outcome().json)"
        for secret in Self.secrets { #expect(!answer.contains(secret)) }
    }

    @Test func `findings come failures first, and by their place`() throws {
        let sample = try #require(Self.cases.first { $0.sentence == "everything that it names is lost" })
        let paths = try sample.outcome().findings.map(\.path)
        #expect(paths == ["/spec/ingressClassName", "/spec/rules/0/http/paths/0/backend", "/spec/tls/0/secretName"])
        let node = try #require(Self.cases.first { $0.sentence == "a node is not Ready" })
        #expect(try node.outcome().findings.map(\.level) == [.failure, .warning])
    }
}
