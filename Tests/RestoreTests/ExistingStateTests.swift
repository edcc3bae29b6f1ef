import KubernetesObjects
import Testing

@testable import Restore

@Suite struct `What a plan keeps of an object` {
    @Test(arguments: [
        "01234567-89ab-cdef-0123-456789abcdef", "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "01234567-89AB-CDEF-0123-456789ABCDEF", "01234567089ab-cdef-0123-456789abcdef", "", "not a uid",
        "01234567-89ab-cdef-0123-456789abcdeg", "äöü34567-89ab-cdef-0123-456789abcde",
    ])
    func `is its uid, letter by letter`(uid: String) {
        let existing = RestorePlan.ExistingObject(uid: uid, resourceVersion: "7")
        #expect(existing.uid == uid)
        #expect(existing == RestorePlan.ExistingObject(uid: uid, resourceVersion: "7"))
        #expect(existing != RestorePlan.ExistingObject(uid: uid + "0", resourceVersion: "7"))
    }

    @Test func `is little, because there are many`() {
        #expect(MemoryLayout<RestorePlan.Step>.stride <= 160)
    }

    @Test func `is a definition's webhook only where objects are converted`() throws {
        let definition: JSONValue = [
            "spec": [
                "conversion": [
                    "strategy": "Webhook",
                    "webhook": ["clientConfig": ["service": ["name": "converter", "namespace": "shapes"]]],
                ],
                "versions": [["name": "v1", "storage": true], ["name": "v2", "storage": false]],
            ]
        ]
        #expect(ConversionWebhooks.service(of: definition, sentAs: "v2")?.description == "Service shapes/converter")
        #expect(ConversionWebhooks.service(of: definition, sentAs: "v1") == nil)
        var other = definition
        other["spec", "conversion", "strategy"] = "None"
        #expect(ConversionWebhooks.service(of: other, sentAs: "v2") == nil)
        other = definition
        other["spec", "conversion", "webhook", "clientConfig"] = ["url": "https://converter.example.com"]
        #expect(ConversionWebhooks.service(of: other, sentAs: "v2") == nil)
    }
}
