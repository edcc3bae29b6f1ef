internal import KubernetesObjects
package import Policies

/// How a component of a production cluster, such as an ingress controller, is recognised in the objects of a cluster.
package struct ComponentSignature: Sendable {
    package let id: String
    package let section: ReadinessSection
    /// Whether the checklist names it among its options.
    package let isNamedByChecklist: Bool
    /// `group/Kind` or `group/*` of its custom resources.
    let customResources: [NamePattern]
    /// `Kind/name` of its workloads, in any namespace.
    let workloads: [NamePattern]
    /// The ends of its images' names; the registry does not count, because rebuilt clusters use mirrors.
    let images: [String]
    let ingressControllers: [NamePattern]
    let gatewayControllers: [NamePattern]
    /// Names of webhook configurations or of the webhooks in them.
    let webhooks: [NamePattern]
    /// Names of CSI drivers or provisioners of storage classes.
    let storageDrivers: [NamePattern]
    /// API groups that it serves by an aggregated API server.
    let apiGroups: [NamePattern]
    /// Registries that images in use come from.
    let registries: [NamePattern]
    /// Command line options of the API server, as `--name` or as `--name=value`.
    let serverOptions: [NamePattern]
    /// `group/Kind/a/b`: custom resources of it are in use where the field `a.b` of another's is set.
    let customResourceFields: [String]
    /// Addresses of load balancers that only it gives out.
    let addresses: [NamePattern]
    /// Names that it leaves behind or that point to it from outside of the cluster; they count for nothing by themselves.
    let traces: [NamePattern]
    /// Whether it enforces NetworkPolicies.
    let enforcesNetworkPolicies: Bool
    /// Whether its makers have given it up.
    let isDeprecated: Bool
    package let note: String

    /// Whether it is known by workloads of its own; what runs outside of the cluster is not.
    var hasKnownWorkloads: Bool { !workloads.isEmpty || !images.isEmpty }
}

extension ComponentSignature {
    static let fields = [
        "id", "row", "area", "named", "deprecated", "customResources", "workloads", "images", "ingressControllers",
        "gatewayControllers", "customResourceFields", "addresses", "labels", "annotations", "secrets", "configMaps",
        "namespaces",
        "webhooks", "storageDrivers", "apiGroups", "registries", "serverOptions", "enforcesNetworkPolicies", "note",
    ]

    /// Reads one entry of a catalogue.
    init(of value: JSONValue, source: String) throws(LifeboatError) {
        guard let id = value["id"]?.string, !id.isEmpty else {
            throw LifeboatError(.policyInvalid, "\(source): a component has no id")
        }
        guard let section = (value["row"] ?? value["area"])?.string.flatMap(ReadinessSection.init(rawValue:)) else {
            throw LifeboatError(
                .policyInvalid,
                "\(source): the component \(id) belongs to no row of the checklist",
                remedy: "write one of \(ReadinessSection.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        if let unknown = value.object?.keys.first(where: { !Self.fields.contains($0) }) {
            throw LifeboatError(
                .policyInvalid,
                "\(source): the component \(id) has an unknown field “\(unknown)”",
                remedy: "the fields are \(Self.fields.joined(separator: ", "))"
            )
        }
        func texts(_ field: String) -> [String] { value[field]?.array?.compactMap(\.string) ?? [] }
        func patterns(_ field: String) -> [NamePattern] { texts(field).map { NamePattern($0) } }
        let traces: [String] =
            texts("labels").map { "label \($0)" } + texts("annotations").map { "annotation \($0)" }
            + texts("secrets").map(Self.secretTrace) + texts("configMaps").map { "ConfigMap \($0)" }
            + texts("namespaces").map { "Namespace \($0)" }
        self.init(
            id: id,
            section: section,
            isNamedByChecklist: value["named"]?.bool ?? false,
            customResources: patterns("customResources"),
            workloads: patterns("workloads"),
            images: texts("images"),
            ingressControllers: patterns("ingressControllers"),
            gatewayControllers: patterns("gatewayControllers"),
            webhooks: patterns("webhooks"),
            storageDrivers: patterns("storageDrivers"),
            apiGroups: patterns("apiGroups"),
            registries: patterns("registries"),
            serverOptions: patterns("serverOptions"),
            customResourceFields: texts("customResourceFields"),
            addresses: patterns("addresses"),
            traces: traces.map { NamePattern($0) },
            enforcesNetworkPolicies: value["enforcesNetworkPolicies"]?.bool ?? false,
            isDeprecated: value["deprecated"]?.bool ?? false,
            note: value["note"]?.string ?? ""
        )
    }

    /// `name`, `type:t` or `label:key`.
    private static func secretTrace(_ text: String) -> String {
        switch text.splitOnce(":") {
        case ("type", let type)?: "Secret type \(type)"
        case ("label", let key)?: "Secret label \(key)"
        default: "Secret \(text)"
        }
    }
}
