import KubernetesObjects
import Testing

@testable import SandboxCluster

@Suite struct `Custom resources` {
    private func cluster() async throws -> ClusterHarness {
        let cluster = await ClusterHarness()
        let definition = CustomWorkload.definitions().first { $0.text("spec", "names", "kind") == "Promotion" }
        try cluster.create(try #require(definition))
        return cluster
    }

    private func promotion(_ spec: JSONValue) -> JSONValue {
        WorkloadParts.object("shop.example/v1", "Promotion", "spring", in: "default", ["spec": spec])
    }

    @Test func `are served as soon as their definition is established`() async throws {
        let cluster = try await cluster()
        let definition = try #require(cluster.get(.definitions, "promotions.shop.example"))
        #expect(DefinitionRules.isEstablished(definition))
        #expect(definition["status", "storedVersions"] == ["v1"])
        #expect(definition["spec", "names", "listKind"] == "PromotionList")
        await cluster.stop()
    }

    @Test func `are pruned and defaulted by their schema and keep their numbers`() async throws {
        let cluster = try await cluster()
        let created = try cluster.create(
            promotion([
                "code": "SPRING26", "discount": .number("0.10"), "budgetCents": .number("9007199254740993"),
                "limit": "25%",
                "unknown": 1,
            ])
        )
        #expect(created["spec", "unknown"] == nil)
        #expect(created["spec", "channel"] == "web")
        #expect(created["spec", "discount"] == .number("0.10"))
        #expect(created["spec", "budgetCents"] == .number("9007199254740993"))
        await cluster.stop()
    }

    @Test func `are refused with every problem that they have`() async throws {
        let cluster = try await cluster()
        do {
            try cluster.create(promotion(["code": "no", "discount": 2, "channel": "radio", "budgetCents": "much"]))
            Issue.record("an invalid object was accepted")
        } catch {
            #expect(error.code == 422)
            #expect(
                error.causes.map(\.reason) == [
                    "FieldValueInvalid", "FieldValueInvalid", "FieldValueNotSupported", "FieldValueTypeInvalid",
                ]
            )
            #expect(
                error.causes[0].message == "Invalid value: \"no\": spec.code in body should match '^[A-Z0-9]{4,12}$'"
            )
            #expect(error.causes[2].message == "Unsupported value: \"radio\": supported values: \"web\", \"store\"")
        }
        await cluster.stop()
    }

    @Test func `wait when another definition holds their names`() async throws {
        let cluster = try await cluster()
        var rival = try #require(CustomWorkload.definitions().first { $0.text("spec", "names", "kind") == "Promotion" })
        rival["metadata", "name"] = "offers.shop.example"
        rival["spec", "names", "plural"] = "offers"
        try cluster.create(rival)
        let refused = try #require(cluster.get(.definitions, "offers.shop.example"))
        #expect(!DefinitionRules.isEstablished(refused))
        try cluster.delete(.definitions, "promotions.shop.example")
        let accepted = try #require(cluster.get(.definitions, "offers.shop.example"))
        #expect(DefinitionRules.isEstablished(accepted))
        await cluster.stop()
    }
}
