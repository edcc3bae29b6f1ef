internal import KubernetesAPI
internal import KubernetesObjects

/// Fields that the cluster may choose itself when it refuses the ones of the snapshot.
enum RefusedFields {
    /// The object without the address or ports that were refused, and a note that says so; nil when it was something else.
    static func without(_ error: ClusterError, _ body: [UInt8]) -> (body: [UInt8], note: String)? {
        guard var object = try? JSONValue(parsing: body), object["kind"]?.string == "Service",
            object["apiVersion"]?.string == "v1"
        else { return nil }
        let fields = error.causes.map(\.field)
        let text = error.message
        var dropped: [String] = []
        if fields.contains(where: { $0.hasPrefix("spec.clusterIP") }) || text.contains("spec.clusterIP") {
            object["spec", "clusterIP"] = nil
            object["spec", "clusterIPs"] = nil
            dropped.append("address")
        }
        if fields.contains(where: { $0.hasSuffix("nodePort") }) || text.contains("nodePort") {
            let ports = object["spec", "ports"]?.array ?? []
            object["spec", "ports"] = .array(
                ports.map { port in
                    var port = port
                    port["nodePort"] = nil
                    return port
                }
            )
            dropped.append("node ports")
        }
        guard !dropped.isEmpty else { return nil }
        let name = ObjectIdentity(of: object).map { "\($0)" } ?? "a Service"
        return (object.encoded(), "\(name) got another \(dropped.joined(separator: " and ")): those of the snapshot are taken")
    }
}
