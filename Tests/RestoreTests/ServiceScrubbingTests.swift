import KubernetesObjects
import Policies
import Restore
import Testing

@Suite struct `A restored Service` {
    private func service(_ spec: JSONValue, _ metadata: JSONValue = [:]) -> JSONValue {
        var object = Samples.object("v1", "Service", "web", namespace: "shop", ["metadata": metadata])
        object["spec"] = spec
        return object
    }

    @Test func `C51: gets another address and keeps its address families`() throws {
        let object = service([
            "clusterIP": "10.0.0.9", "clusterIPs": ["10.0.0.9"], "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
        ])
        let spec = try #require(try Samples.created(object)?["spec"])
        #expect(spec == ["ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"])
    }

    @Test func `C51: keeps an address that a user applied`() throws {
        let applied = #"{"spec":{"clusterIP":"10.0.0.10"}}"#
        let object = service(
            ["clusterIP": "10.0.0.10"],
            ["annotations": ["kubectl.kubernetes.io/last-applied-configuration": .string(applied)]]
        )
        #expect(try Samples.created(object)?["spec", "clusterIP"] == "10.0.0.10")
    }

    @Test func `C52: stays headless`() throws {
        #expect(try Samples.created(service(["clusterIP": "None"]))?["spec", "clusterIP"] == "None")
    }

    @Test func `C53: with an external name is left as it is`() throws {
        let spec: JSONValue = ["type": "ExternalName", "externalName": "example.org"]
        #expect(try Samples.created(service(spec))?["spec"] == spec)
    }

    private let ports: JSONValue = [
        "type": "NodePort",
        "ports": [
            ["port": 80, "protocol": "TCP", "nodePort": 30080], ["port": 443, "protocol": "TCP", "nodePort": 30443],
        ],
        "healthCheckNodePort": 31000,
    ]

    private func nodePorts(_ object: JSONValue?) -> [Int?] {
        object?["spec", "ports"]?.array?.map { $0["nodePort"]?.int } ?? []
    }

    @Test func `C54, C55: gets other node ports than those that the API server had chosen`() throws {
        let created = try Samples.created(service(ports))
        #expect(nodePorts(created) == [nil, nil])
        #expect(created?["spec", "healthCheckNodePort"] == nil)
    }

    @Test func `C54: keeps the node ports that a user applied`() throws {
        let applied = #"{"spec":{"ports":[{"port":443,"nodePort":30443}]}}"#
        let object = service(
            ports,
            ["annotations": ["kubectl.kubernetes.io/last-applied-configuration": .string(applied)]]
        )
        #expect(nodePorts(try Samples.created(object)) == [nil, 30443])
    }

    @Test func `C55: keeps the port of health checks that a user applied`() throws {
        let applied = #"{"spec":{"healthCheckNodePort":31000}}"#
        let object = service(
            ports,
            ["annotations": ["kubectl.kubernetes.io/last-applied-configuration": .string(applied)]]
        )
        #expect(try Samples.created(object)?["spec", "healthCheckNodePort"] == 31000)
    }

    @Test func `C54: keeps the node ports that a field manager owns`() throws {
        let fields: JSONValue = ["f:spec": ["f:ports": [#"k:{"port":80,"protocol":"TCP"}"#: ["f:nodePort": [:]]]]]
        let object = service(ports, ["managedFields": [["manager": "helm", "fieldsV1": fields]]])
        #expect(nodePorts(try Samples.created(object)) == [30080, nil])
    }

    @Test func `C54, C55: keeps all ports when the policy says so`() throws {
        let created = try Samples.created(service(ports), policy: RestorePolicy(name: "test", preserveNodePorts: true))
        #expect(nodePorts(created) == [30080, 30443])
        #expect(created?["spec", "healthCheckNodePort"] == 31000)
    }

    @Test func `C56: does not carry the address of its load balancer`() throws {
        let spec: JSONValue = [
            "type": "LoadBalancer", "loadBalancerClass": "example.com/lb", "loadBalancerIP": "192.0.2.9",
        ]
        var object = service(spec)
        object["status"] = ["loadBalancer": ["ingress": [["ip": "192.0.2.1"]]]]
        let created = try Samples.created(object)
        #expect(created?["status"] == nil)
        #expect(created?["spec"] == spec)
    }
}
