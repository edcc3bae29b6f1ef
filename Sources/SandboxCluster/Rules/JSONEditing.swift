import KubernetesObjects

/// Editing of objects in place, as defaults and controllers do it.
extension JSONValue {
    /// Sets the value at a path when there is none yet.
    mutating func setDefault(_ value: JSONValue, _ path: String...) {
        guard let present = self.value(at: path[...]), !present.isNull else {
            set(value, at: path[...])
            return
        }
    }

    /// Edits the value at a path, when there is one.
    mutating func edit(_ path: String..., body: (inout JSONValue) -> Void) {
        edit(at: path, body: body)
    }

    mutating func edit(at path: [String], body: (inout JSONValue) -> Void) {
        guard var child = value(at: path[...]), !child.isNull else { return }
        body(&child)
        set(child, at: path[...])
    }

    /// Edits each element of the array at a path, when there is one.
    mutating func editEach(_ path: String..., body: (inout JSONValue) -> Void) {
        edit(at: path) { value in
            guard case .array(var elements) = value else { return }
            for index in elements.indices { body(&elements[index]) }
            value = .array(elements)
        }
    }

    /// The elements of the array at a path; none when there is no array.
    func elements(_ path: String...) -> [JSONValue] { value(at: path[...])?.array ?? [] }

    /// The text at a path; empty when there is none.
    func text(_ path: String...) -> String { value(at: path[...])?.string ?? "" }

    var name: String { self["metadata", "name"]?.string ?? "" }
    var namespace: String { self["metadata", "namespace"]?.string ?? "" }
    var uid: String { self["metadata", "uid"]?.string ?? "" }
    var kind: String { self["kind"]?.string ?? "" }
    var labels: [String: String] { self["metadata", "labels"]?.stringMap ?? [:] }
    var annotations: [String: String] { self["metadata", "annotations"]?.stringMap ?? [:] }
    var isTerminating: Bool { self["metadata", "deletionTimestamp"]?.string != nil }
    var finalizers: [String] { elements("metadata", "finalizers").compactMap(\.string) }
    var groupKind: GroupKind {
        GroupKind(group: splitAPIVersion(self["apiVersion"]?.string ?? "").group, kind: kind)
    }

    /// Sets or clears the finalizers.
    mutating func setFinalizers(_ finalizers: [String]) {
        self["metadata", "finalizers"] = finalizers.isEmpty ? nil : .array(finalizers.map { .string($0) })
    }

    /// Adds a finalizer that is not there yet.
    mutating func addFinalizer(_ finalizer: String) {
        if !finalizers.contains(finalizer) { setFinalizers(finalizers + [finalizer]) }
    }

    mutating func removeFinalizer(_ finalizer: String) {
        if finalizers.contains(finalizer) { setFinalizers(finalizers.filter { $0 != finalizer }) }
    }
}

extension GroupResource {
    static func core(_ resource: String) -> GroupResource { GroupResource(group: "", resource: resource) }
    static func apps(_ resource: String) -> GroupResource { GroupResource(group: "apps", resource: resource) }
    static func batch(_ resource: String) -> GroupResource { GroupResource(group: "batch", resource: resource) }
    static func rbac(_ resource: String) -> GroupResource {
        GroupResource(group: "rbac.authorization.k8s.io", resource: resource)
    }
    static let namespaces = core("namespaces")
    static let pods = core("pods")
    static let services = core("services")
    static let secrets = core("secrets")
    static let configMaps = core("configmaps")
    static let claims = core("persistentvolumeclaims")
    static let volumes = core("persistentvolumes")
    static let nodes = core("nodes")
    static let serviceAccounts = core("serviceaccounts")
    static let replicaSets = apps("replicasets")
    static let storageClasses = GroupResource(group: "storage.k8s.io", resource: "storageclasses")
    static let definitions = GroupResource(group: "apiextensions.k8s.io", resource: "customresourcedefinitions")
}
