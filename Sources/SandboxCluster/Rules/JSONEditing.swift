package import KubernetesObjects

/// Editing of objects in place, as defaults and controllers do it.
extension JSONValue {
    /// Sets the value at a path when there is none yet.
    package mutating func setDefault(_ value: @autoclosure () -> JSONValue, _ path: String...) {
        guard let present = self.value(at: path[...]), !present.isNull else {
            set(value(), at: path[...])
            return
        }
    }

    /// Edits the value at a path, when there is one.
    package mutating func edit(_ path: String..., body: (inout JSONValue) -> Void) {
        edit(at: path, body: body)
    }

    package mutating func edit(at path: [String], body: (inout JSONValue) -> Void) {
        guard var child = value(at: path[...]), !child.isNull else { return }
        body(&child)
        set(child, at: path[...])
    }

    /// Edits each element of the array at a path, when there is one.
    package mutating func editEach(_ path: String..., body: (inout JSONValue) -> Void) {
        edit(at: path) { value in
            guard case .array(var elements) = value else { return }
            for index in elements.indices { body(&elements[index]) }
            value = .array(elements)
        }
    }

    /// The elements of the array at a path; none when there is no array.
    package func elements(_ path: String...) -> [JSONValue] { value(at: path[...])?.array ?? [] }

    /// The text at a path; empty when there is none.
    package func text(_ path: String...) -> String { value(at: path[...])?.string ?? "" }

    package var name: String { self["metadata", "name"]?.string ?? "" }
    package var namespace: String { self["metadata", "namespace"]?.string ?? "" }
    package var uid: String { self["metadata", "uid"]?.string ?? "" }
    package var kind: String { self["kind"]?.string ?? "" }
    package var labels: [String: String] { self["metadata", "labels"]?.stringMap ?? [:] }
    package var annotations: [String: String] { self["metadata", "annotations"]?.stringMap ?? [:] }
    package var isTerminating: Bool { self["metadata", "deletionTimestamp"]?.string != nil }
    package var finalizers: [String] { elements("metadata", "finalizers").compactMap(\.string) }
    package var groupKind: GroupKind {
        GroupKind(group: splitAPIVersion(self["apiVersion"]?.string ?? "").group, kind: kind)
    }

    /// Sets or clears the finalizers.
    package mutating func setFinalizers(_ finalizers: [String]) {
        self["metadata", "finalizers"] = finalizers.isEmpty ? nil : .array(finalizers.map { .string($0) })
    }

    /// Adds a finalizer that is not there yet.
    package mutating func addFinalizer(_ finalizer: String) {
        if !finalizers.contains(finalizer) { setFinalizers(finalizers + [finalizer]) }
    }

    package mutating func removeFinalizer(_ finalizer: String) {
        if finalizers.contains(finalizer) { setFinalizers(finalizers.filter { $0 != finalizer }) }
    }
}

extension GroupResource {
    package static func core(_ resource: String) -> GroupResource { GroupResource(group: "", resource: resource) }
    package static func apps(_ resource: String) -> GroupResource { GroupResource(group: "apps", resource: resource) }
    package static func batch(_ resource: String) -> GroupResource { GroupResource(group: "batch", resource: resource) }
    package static func rbac(_ resource: String) -> GroupResource {
        GroupResource(group: "rbac.authorization.k8s.io", resource: resource)
    }
    package static let namespaces = core("namespaces")
    package static let pods = core("pods")
    package static let services = core("services")
    package static let secrets = core("secrets")
    package static let configMaps = core("configmaps")
    package static let claims = core("persistentvolumeclaims")
    package static let volumes = core("persistentvolumes")
    package static let nodes = core("nodes")
    package static let serviceAccounts = core("serviceaccounts")
    package static let replicaSets = apps("replicasets")
    package static let storageClasses = GroupResource(group: "storage.k8s.io", resource: "storageclasses")
    package static let definitions = GroupResource(group: "apiextensions.k8s.io", resource: "customresourcedefinitions")
}
