package import KubernetesAPI
package import KubernetesObjects

extension RestorePlan {
    /// What happens to one object. A plan has one of them for every object of a snapshot, so what few of them have is kept apart.
    package struct Step: Sendable {
        package let resource: APIResource
        private let namespace: String?
        private let name: String
        /// The kind of the object when it is not that of the resource, as of one that stays in the snapshot.
        private let otherKind: Shared<GroupVersionKind>?
        package var wave: RestoreWave
        private var level: Int32 = 0
        package var verdict: Verdict
        /// The place of the object in the plan's contents, when they are not kept here.
        var entry: Int32?
        /// What is sent; empty when nothing is, or when it is made again from the snapshot.
        package var body: [UInt8] = []
        private var box: Shared<Details>?
        /// The resourceVersion and uid of the cluster's object.
        package var existing: ExistingObject?

        /// - Parameter identity: as the cluster will have it: in its version and in the mapped namespace.
        package init(identity: ObjectIdentity, resource: APIResource, wave: RestoreWave, verdict: Verdict) {
            self.resource = resource
            (namespace, name) = (identity.namespace, identity.name)
            let isSame = identity.groupVersionKind == resource.groupVersionKind
            otherKind = isSame ? nil : Shared(identity.groupVersionKind)
            self.wave = wave
            self.verdict = verdict
        }

        package var identity: ObjectIdentity {
            ObjectIdentity(
                groupVersionKind: otherKind?.value ?? resource.groupVersionKind,
                namespace: namespace,
                name: name
            )
        }

        /// Owners in the same wave come before what they own.
        package var depth: Int {
            get { Int(level) }
            set { level = Int32(newValue) }
        }
        package var key: ObjectKey { ObjectKey(identity) }
        var namespacedName: NamespacedName { NamespacedName(namespace: namespace, name: name) }
    }
}

extension RestorePlan.Step {
    /// What most objects of a cluster do not have.
    struct Details: Sendable {
        /// The fields of the object that obstacles are found by.
        var needs: JSONValue?
        var status: [UInt8]?
        var owners: [OwnerReference] = []
        /// What the spec of a custom resource refers to.
        var references: [ObjectKey] = []
        /// The patch that gives the fields of a created object back to those who had applied them.
        var managedFields: [UInt8]?
        var notes: [String] = []

        fileprivate var isEmpty: Bool {
            needs == nil && status == nil && owners.isEmpty && references.isEmpty && managedFields == nil
                && notes.isEmpty
        }
    }

    var details: Details {
        get { box?.value ?? Details() }
        set { box = newValue.isEmpty ? nil : Shared(newValue) }
    }

    var needs: JSONValue? { box?.value.needs }
    package var status: [UInt8]? {
        get { box?.value.status }
        set { details.status = newValue }
    }
    package var owners: [OwnerReference] {
        get { box?.value.owners ?? [] }
        set { details.owners = newValue }
    }
    var references: [ObjectKey] { box?.value.references ?? [] }
    var managedFields: [UInt8]? {
        get { box?.value.managedFields }
        set { details.managedFields = newValue }
    }
    package var notes: [String] {
        get { box?.value.notes ?? [] }
        set { details.notes = newValue }
    }

    /// Takes out what is sent, to be made again from the snapshot.
    mutating func dropContents(entry: Int) {
        self.entry = Int32(entry)
        body = []
        guard status != nil || managedFields != nil else { return }
        var rest = details
        (rest.status, rest.managedFields) = (nil, nil)
        details = rest
    }
}
