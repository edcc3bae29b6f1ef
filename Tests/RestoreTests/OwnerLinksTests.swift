import KubernetesAPI
import KubernetesObjects
import Testing

@testable import Restore

@Suite struct `Sending a restored object` {
    private func step(_ object: JSONValue) throws -> RestorePlan.Step {
        try #require(
            Samples.plan([object, Samples.object("v1", "ConfigMap", "b", namespace: "shop")]).steps.first {
                $0.identity.name == "a"
            }
        )
    }

    private let owned = Samples.object(
        "v1",
        "ConfigMap",
        "a",
        namespace: "shop",
        ["metadata": ["ownerReferences": [Samples.owner("v1", "ConfigMap", "b")]]]
    )

    @Test func `C3: an owner reference gets the uid of the new owner`() throws {
        let step = try step(owned)
        let key = ObjectKey(GroupKind(group: "", kind: "ConfigMap"), namespace: "shop", name: "b")
        guard case .linked(let body) = OwnerLinks.link(step.body, step, [key: "new"], isLast: false) else {
            Issue.record("the owner was not linked")
            return
        }
        let references = try JSONValue(parsing: body)["metadata", "ownerReferences"]?.array
        #expect(references?.map { $0["uid"] } == ["new"])
    }

    @Test func `C3: an object waits for its owner, and is made without it at the end`() throws {
        let step = try step(owned)
        guard case .missing(let owner) = OwnerLinks.link(step.body, step, [:], isLast: false) else {
            Issue.record("the owner is not there")
            return
        }
        #expect(owner.name == "b")
        guard case .linked(let body) = OwnerLinks.link(step.body, step, [:], isLast: true) else {
            Issue.record("the object must be made in the end")
            return
        }
        #expect(try JSONValue(parsing: body)["metadata", "ownerReferences"] == nil)
    }

    @Test func `C54: a node port or address that is taken is chosen anew`() throws {
        let service = try Samples.parse(
            #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},"spec":{"clusterIP":"10.0.0.1","ports":[{"port":80,"nodePort":30080}]}}"#
        )
        func refusal(_ field: String) -> ClusterError {
            ClusterError(
                .invalid,
                httpStatus: 422,
                message: "Service is invalid: \(field)",
                causes: [.init(reason: "FieldValueInvalid", message: "taken", field: field)],
                method: "POST",
                path: "/api/v1/namespaces/shop/services"
            )
        }
        let ports = try #require(RefusedFields.without(refusal("spec.ports[0].nodePort"), service.encoded()))
        let withoutPort = try JSONValue(parsing: ports.body)["spec"]
        #expect(withoutPort == ["clusterIP": "10.0.0.1", "ports": [["port": 80]]])
        let address = try #require(RefusedFields.without(refusal("spec.clusterIPs"), service.encoded()))
        #expect(try JSONValue(parsing: address.body)["spec", "clusterIP"] == nil)
        #expect(RefusedFields.without(refusal("spec.type"), service.encoded()) == nil)
    }

    @Test func `a failure says what to do next and shows no value`() throws {
        let step = try step(owned)
        let error = ClusterError(
            .forbidden,
            httpStatus: 403,
            message: "exceeded quota: quota",
            method: "POST",
            path: "/api/v1/namespaces/shop/configmaps"
        )
        let failure = FailureAdvice.failure(step, error)
        #expect(failure.object == "ConfigMap shop/a")
        #expect(failure.remedy.contains("quota"))
        #expect(!FailureAdvice.mayPass(error))
    }
}
