import KubernetesObjects
import Synchronization

/// The resources that the sandbox serves: the built-in table and those of the established CustomResourceDefinitions.
final class ResourceRegistry: Sendable {
    private struct Content: Sendable {
        var custom: [ServedResource] = []
        /// Key: group/version/resource.
        var byPath: [String: ServedResource] = [:]
        /// One version each, the storage version where it is served.
        var byResource: [GroupResource: ServedResource] = [:]
        var groupVersions: Set<String> = []

        init(custom: [ServedResource], builtIn: [ServedResource]) {
            self.custom = custom
            // A definition in a built-in group cannot replace what is built in.
            for resource in builtIn + custom {
                let path = "\(resource.group)/\(resource.version)/\(resource.resource)"
                guard byPath[path] == nil else { continue }
                byPath[path] = resource
                groupVersions.insert("\(resource.group)/\(resource.version)")
                if byResource[resource.groupResource] == nil || resource.version == resource.storageVersion {
                    byResource[resource.groupResource] = resource
                }
            }
        }
    }

    static let customResourceDefinitions = GroupResource(
        group: "apiextensions.k8s.io",
        resource: "customresourcedefinitions"
    )

    private let builtIn: [ServedResource]
    private let content: Mutex<Content>

    init(builtIn: [ServedResource] = BuiltInResources.all) {
        self.builtIn = builtIn
        content = Mutex(Content(custom: [], builtIn: builtIn))
    }

    /// All served resources: built-in ones in the order of the table, then custom ones.
    var all: [ServedResource] { builtIn + content.withLock(\.custom) }

    func resource(group: String, version: String, resource: String) -> ServedResource? {
        content.withLock { $0.byPath["\(group)/\(version)/\(resource)"] }
    }

    /// Whether anything is served in a version of a group.
    func serves(group: String, version: String) -> Bool {
        content.withLock { $0.groupVersions.contains("\(group)/\(version)") }
    }

    /// Any served version of a resource, the storage version first.
    func resource(_ groupResource: GroupResource) -> ServedResource? {
        content.withLock { $0.byResource[groupResource] }
    }

    /// The resource of a kind in the given version.
    func resource(_ kind: GroupVersionKind) -> ServedResource? {
        all.first { $0.groupVersionKind == kind && $0.isStored } ?? all.first { $0.groupVersionKind == kind }
    }

    /// The resource of a kind in any version.
    func resource(_ kind: GroupKind) -> ServedResource? { all.first { $0.groupKind == kind && $0.isStored } }

    /// Replaces the custom resources by those of these CustomResourceDefinitions that are established.
    func serveCustomResources(of definitions: [JSONValue]) {
        let new = Content(custom: definitions.flatMap(Self.resources), builtIn: builtIn)
        content.withLock { $0 = new }
    }

    /// The served versions of a definition; none before its condition Established is True.
    private static func resources(of definition: JSONValue) -> [ServedResource] {
        let isEstablished = (definition["status", "conditions"]?.array ?? []).contains {
            $0["type"]?.string == "Established" && $0["status"]?.string == "True"
        }
        guard isEstablished, let spec = definition["spec"], let group = spec["group"]?.string,
            let names = definition["status", "acceptedNames"] ?? spec["names"],
            let plural = names["plural"]?.string, let kind = names["kind"]?.string
        else { return [] }
        let versions = spec["versions"]?.array ?? []
        let storage = versions.first { $0["storage"]?.bool == true }?["name"]?.string ?? ""
        let served = versions.filter { $0["served"]?.bool == true }
        return served.compactMap { version -> ServedResource? in
            guard let name = version["name"]?.string else { return nil }
            let subresources = version["subresources"]
            return ServedResource(
                group: group,
                version: name,
                resource: plural,
                singular: names["singular"]?.string ?? kind.lowercased(),
                kind: kind,
                isNamespaced: spec["scope"]?.string == "Namespaced",
                shortNames: names["shortNames"]?.array?.compactMap(\.string) ?? [],
                categories: names["categories"]?.array?.compactMap(\.string) ?? [],
                hasStatus: subresources?["status"] != nil,
                scale: subresources?["scale"].map { scale in
                    ServedResource.Scale(
                        specReplicas: path(scale["specReplicasPath"]) ?? ["spec", "replicas"],
                        statusReplicas: path(scale["statusReplicasPath"]) ?? ["status", "replicas"],
                        selector: path(scale["labelSelectorPath"])
                    )
                },
                storageVersion: storage,
                isCustom: true
            )
        }
        .sorted { KubernetesVersionOrder.precedes($0.version, $1.version) }
    }

    /// `.spec.replicas` as member names.
    private static func path(_ text: JSONValue?) -> [String]? {
        text?.string.map { $0.split(separator: ".").map(String.init) }
    }
}
